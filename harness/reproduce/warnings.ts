// SPDX-License-Identifier: MIT
// What the kernel warned of now beside what it warned of then: by kind and place, whoever ran and however often.
import type { Observation } from '../judge/observation.ts';
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

/**
 * How often a place warned is no difference: it is a count of what happened within a time.
 */
export function warningDifferences(recorded: readonly Observation[], seen: readonly Observation[]): Difference[] {
  const where = `${KERNEL_WARNING}.line`;
  const [before, after] = [warningsIn(recorded), warningsIn(seen)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((place) => ({ place, old: before.get(place), now: after.get(place) }))
    .filter(({ old, now }) => old !== now)
    .map(({ old, now }) => ({
      where,
      recorded: old,
      seen: now,
      varies: old !== undefined && now !== undefined,
    }));
}
