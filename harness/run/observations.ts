// SPDX-License-Identifier: MIT
// A cell's observations.jsonl is taken whole or not at all: what is missing in it must not count as what a kernel did.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Evidence, endingSchema } from '../judge/observation.ts';
import { type Failure, requestFailure } from '../outcome/failure.ts';
import { type CellReport, type ClauseResult, resultKey } from '../outcome/report.ts';
import { parsed, type Replayed } from './replay.ts';

export const observationsFile = (cellFolder: string): string => path.join(cellFolder, 'observations.jsonl');

export const evidenceKey = ({ clause, trigger, mechanism }: Evidence): string =>
  resultKey({ id: clause, trigger, mechanism });

const REMEDY = 'Put it back as the run left it, or run it again; report without --judge shows the verdicts of then';

/** The text of a file of the run's folder; undefined when it is not there. @throws Failure `observations-unreadable` */
export function textIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw requestFailure('observations-unreadable', `${file} cannot be read: ${message}`, REMEDY);
  }
}

const damaged = (what: string): Failure => requestFailure('observations-damaged', what, REMEDY);

/**
 * @param complete false for a run that was ended before: it may have been killed in the middle of its last line
 * @throws Failure `observations-damaged`
 */
export function demandWholeLines(file: string, text: string, complete: boolean): void {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const wrong = lines.findIndex((line) => parsed(line) === undefined);
  if (wrong >= 0) throw damaged(`${file} is damaged: line ${wrong + 1} is no record`);
  if (complete && last !== '') throw damaged(`${file} is cut in line ${lines.length + 1}`);
}

/** Did a probe leave records behind, by the word of the report? */
export function wasRecorded(result: Pick<ClauseResult, 'observed'>): boolean {
  const ending = endingSchema.safeParse(result.observed.ended);
  return ending.success && ending.data.kind !== 'not-started';
}

/**
 * Everything that the report says was recorded has to be there.
 * @throws Failure `observations-damaged`
 */
export function demandRecords(cell: CellReport, file: string, text: string | undefined, replayed: Replayed): void {
  const there = new Set(replayed.evidence.map(evidenceKey));
  const [first, ...more] = cell.clauses.filter((result) => wasRecorded(result) && !there.has(resultKey(result)));
  if (first) {
    if (text === undefined) throw damaged(`${file} is missing, and with it what the probes recorded`);
    if (text.trim() === '') throw damaged(`${file} is empty, and the report has clauses of which it had records`);
    const others = more.length === 0 ? '' : ` (and of ${more.length} more results)`;
    throw damaged(`${file} has no records of ${resultKey(first)}${others}: it was cut, or is another run's`);
  }
  const { release } = replayed;
  if (cell.machines > 0 && release !== undefined && release !== cell.kernel.version) {
    throw damaged(`${file} is another run's: Linux ${release} booted there, and ${cell.kernel.version} by the report`);
  }
}
