// SPDX-License-Identifier: MIT
// What the kernel warned of now beside what it warned of then: by kind and place, whoever ran and however often.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Evidence, Observation } from '../judge/observation.ts';
import { machineFile } from '../run/folder.ts';
import { observationsFile, textIfThere } from '../run/observations.ts';
import { beginSchema, consoleSchema, machineSchema, parsed } from '../run/replay.ts';
import { KERNEL_WARNING } from '../run/turn.ts';
import type { Difference } from './difference.ts';

/** Characters of a warning that are looked at: the harness records 300, printk's time among them. */
const TELLING_CHARACTERS = 250;

/** What one and the same warning says otherwise each time: printk's time, the processor, the process, how long, addresses. */
const VARYING_WORDS = new RegExp(
  [
    String.raw`^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?`,
    String.raw`(?<=\bCPU: )\d+`,
    String.raw`(?<=\bPID: )\d+`,
    // 7.2: "WARNING: FILE:LINE at FUNCTION, CPU#0: probe/29".
    String.raw`(?<=\bCPU#)\d+`,
    String.raw`(?<=\bCPU#\d+: .*\/)\d+$`,
    String.raw`(?<=\btask .*:)\d+(?= blocked)`,
    String.raw`(?<=\bmore than )\d+(?= seconds)`,
    String.raw`\b(?:0x)?[0-9a-f]{8,16}\b`,
  ].join('|'),
  'g',
);

/** A warning's kind and place: what its line says every time, in the pieces that are between what varies. */
export const lastingParts = (line: string): string[] => line.trim().slice(0, TELLING_CHARACTERS).split(VARYING_WORDS);

const kindAndPlace = (line: string): string => lastingParts(line).join('*');

export const isWarning = ({ what }: Observation): boolean => what === KERNEL_WARNING;

/** The first line of each kind and place. */
export function warningsIn(observations: readonly Observation[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { line } of observations.filter(isWarning)) {
    if (typeof line === 'string' && !found.has(kindAndPlace(line))) found.set(kindAndPlace(line), line);
  }
  return found;
}

/** Kinds and places of what a kernel had said already; see `saidUntil`. */
export type Said = ReadonlySet<string>;

/**
 * How often a place warned is no difference: it is a count of what happened within a time.
 * @param said what the recorded kernel had said: a place that warns once only is silent afterwards, and a fresh kernel is not
 */
export function warningDifferences(
  recorded: readonly Observation[],
  seen: readonly Observation[],
  said: Said,
): Difference[] {
  const where = `${KERNEL_WARNING}.line`;
  const [before, after] = [warningsIn(recorded), warningsIn(seen)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((place) => ({ place, old: before.get(place), now: after.get(place) }))
    .filter(({ old, now }) => old !== now)
    .map(({ place, old, now }) => ({
      where,
      recorded: old,
      seen: now,
      varies: now !== undefined && (old !== undefined || said.has(place)),
      ...(old === undefined && said.has(place)
        ? { told: 'no difference: in the run the kernel had said so before the clause ended' }
        : {}),
    }));
}

/** Where the machine's console stood when the probe had ended, or the console's end. */
function endOnConsole(text: string, { clause, trigger, mechanism }: Evidence): { machine: number; at?: number } {
  let number = 1;
  let place: { machine: number; step: number; at?: number } | undefined;
  for (const value of text.split('\n').map(parsed)) {
    const begin = beginSchema.safeParse(value).data;
    const mark = consoleSchema.safeParse(value).data;
    number = machineSchema.safeParse(value).data?.number ?? number;
    if (begin && begin.clause === clause && begin.trigger === trigger && begin.mechanism === mechanism) {
      place = { machine: number, step: begin.step };
    } else if (place && mark?.when === 'end' && mark.step === place.step && place.machine === number) {
      place = { ...place, at: mark.at };
    }
  }
  return place ?? { machine: number };
}

/** All that the kernel of a cell had said until a probe of it had ended; nothing where its console is gone. */
export function saidUntil(folder: string, evidence: Evidence): Said {
  const { machine, at } = endOnConsole(textIfThere(observationsFile(folder)) ?? '', evidence);
  const file = path.join(folder, machineFile('console', 'log', machine));
  if (!existsSync(file)) return new Set();
  const lines = readFileSync(file).subarray(0, at).toString('utf8').split('\n');
  return new Set(lines.map(kindAndPlace));
}
