// SPDX-License-Identifier: MIT
// What the kernel of a cell said when it fell over or complained, with the clause during which it did.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Binutils, type Cut, cutCrashes, withPlaces } from '../crash/index.ts';
import type { Crash } from '../outcome/crash.ts';
import { machineFile } from './folder.ts';
import { consoleSchema, machineSchema, parsed } from './replay.ts';

/** Crashes that are kept of one clause: the first tell, the others follow from it. */
const MOST = 3;

export interface CellCrashes {
  /** By the step's number. */
  readonly ofStep: ReadonlyMap<number, readonly Crash[]>;
  /** Before the first step of a machine began. */
  readonly ofBoot: readonly Crash[];
}

interface Begin {
  readonly step: number;
  /** Bytes of the machine's console. */
  readonly at: number;
}

/** Where in each machine's console each step began. */
function beginnings(observations: string): Map<number, Begin[]> {
  const found = new Map<number, Begin[]>();
  let machine = 1;
  for (const line of observations.split('\n')) {
    if (!/^\{"record":"(console|machine)"/.test(line)) continue;
    const value = parsed(line);
    machine = machineSchema.safeParse(value).data?.number ?? machine;
    const mark = consoleSchema.safeParse(value).data;
    if (!found.has(machine)) found.set(machine, []);
    if (mark?.when === 'begin') found.get(machine)?.push({ step: mark.step, at: mark.at });
  }
  return found;
}

function readConsole(file: string): Cut[] {
  if (!existsSync(file)) return [];
  // A character a byte, so that places in the text are places in the file.
  return cutCrashes(readFileSync(file, 'latin1')).map(({ crash, start }) => ({
    start,
    crash: JSON.parse(Buffer.from(JSON.stringify(crash), 'latin1').toString('utf8')) as Crash,
  }));
}

/** Reads the consoles of a cell's folder. A crash belongs to the step that had begun last. */
export async function crashesOf(folder: string, binutils: Binutils): Promise<CellCrashes> {
  const file = path.join(folder, 'observations.jsonl');
  const machines = beginnings(existsSync(file) ? readFileSync(file, 'utf8') : '');
  const found: { step: number | undefined; crash: Crash }[] = [];
  for (const [machine, begun] of machines) {
    const cuts = readConsole(path.join(folder, machineFile('console', 'log', machine)));
    found.push(...cuts.map(({ start, crash }) => ({ step: begun.findLast(({ at }) => at <= start)?.step, crash })));
  }
  const crashes =
    found.length === 0
      ? []
      : await withPlaces(
          found.map(({ crash }) => crash),
          binutils,
        );
  const ofStep = new Map<number, Crash[]>();
  const ofBoot: Crash[] = [];
  for (const [index, { step }] of found.entries()) {
    const crash = crashes[index];
    if (!crash) continue;
    if (step === undefined) ofBoot.push(crash);
    else ofStep.set(step, [...(ofStep.get(step) ?? []), crash]);
  }
  return {
    ofStep: new Map([...ofStep].map(([step, own]) => [step, own.slice(0, MOST)])),
    ofBoot: ofBoot.slice(0, MOST),
  };
}
