// SPDX-License-Identifier: MIT
// One result of a past run, with what its probe recorded: what `reproduce` and a bundle start from.
import path from 'node:path';
import { z } from 'zod';
import { clauses } from '../../specs/clauses.ts';
import { CONTROL } from '../judge/blame.ts';
import type { ClauseDefinition } from '../judge/clause.ts';
import type { Evidence, Observation } from '../judge/observation.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellReport, type ClauseResult, isUnexpected, type RunReport, resultKey } from '../outcome/report.ts';
import { demandWholeLines, evidenceKey, observationsFile, textIfThere, wasRecorded } from '../run/observations.ts';
import { replay } from '../run/replay.ts';
import { readJson } from '../store/hash.ts';

/** What narrows a clause of a run down to one result; undefined: any. */
export interface Narrowing {
  readonly arch?: string | undefined;
  /** The kernel's label. */
  readonly kernel?: string | undefined;
  readonly trigger?: string | undefined;
  readonly mechanism?: string | undefined;
}

export interface RecordedResult {
  readonly cell: CellReport;
  readonly result: ClauseResult;
  /** How many other results the narrowing left. */
  readonly others: number;
  readonly clause: ClauseDefinition;
  readonly evidence: Evidence;
  /** What the control of the cell recorded. */
  readonly control: readonly Observation[];
  /** Folder of the cell. */
  readonly folder: string;
  /** SHA-256 over the guest's programs of then (guest-programs.ts); undefined where that is not known. */
  readonly guest: string | undefined;
}

const fingerprintsSchema = z.object({ guest: z.string() });

interface Found {
  readonly cell: CellReport;
  readonly result: ClauseResult;
}

function matching(report: RunReport, clause: string, narrowing: Narrowing): Found[] {
  const fits = (asked: string | undefined, own: string): boolean => asked === undefined || asked === own;
  return report.cells
    .filter((cell) => fits(narrowing.arch, cell.arch) && fits(narrowing.kernel, cell.kernel.label))
    .flatMap((cell) => cell.clauses.map((result) => ({ cell, result })))
    .filter(({ result }) => result.id === clause)
    .filter(({ result }) => fits(narrowing.trigger, result.trigger) && fits(narrowing.mechanism, result.mechanism));
}

/** Of several the first that is not as expected, else the first: in the order of the report. */
function theOne(found: readonly Found[], clause: string, run: string): Found {
  const one = found.find(({ result }) => isUnexpected(result)) ?? found[0];
  if (one) return one;
  throw requestFailure(
    'no-such-result',
    `${run} has no result of clause ${clause} with these options`,
    `./trapline report ${run} --format markdown shows what it has`,
  );
}

function guestFingerprint(folder: string): string | undefined {
  return fingerprintsSchema.safeParse(readJson(path.join(folder, 'fingerprints.json'))).data?.guest;
}

/**
 * @param run the run's folder as it was typed
 * @throws Failure `unknown-clause`, `no-such-result`, `nothing-recorded`; as `demandWholeLines`
 */
export function findRecorded(run: string, report: RunReport, clause: string, narrowing: Narrowing): RecordedResult {
  const definition = clauses.find(({ id }) => id === clause);
  if (!definition) {
    throw requestFailure('unknown-clause', `there is no clause "${clause}"`, './trapline clauses lists the clauses');
  }
  const found = matching(report, clause, narrowing);
  const { cell, result } = theOne(found, clause, run);
  const folder = path.join(run, cell.folder);
  const file = observationsFile(folder);
  const text = textIfThere(file);
  if (text !== undefined) demandWholeLines(file, text, report.run.complete);
  const all = replay(text ?? '').evidence;
  const evidence = all.find((one) => evidenceKey(one) === resultKey(result));
  if (!evidence) {
    // Where the probe never ran the run says why; else somebody has been at the file.
    const lost = text === undefined ? 'is missing' : 'was cut, or is another run’s';
    const why = wasRecorded(result) ? `${file} ${lost}` : `${result.verdict}: ${result.reason}`;
    const what = `${run} has no observations of clause ${clause} (${why})`;
    throw requestFailure('nothing-recorded', what, `Run it instead: ${result.reproduce}`);
  }
  return {
    cell,
    result,
    others: found.length - 1,
    clause: definition,
    evidence,
    control: all.find((one) => one.clause === CONTROL)?.observations ?? [],
    folder,
    guest: guestFingerprint(folder),
  };
}
