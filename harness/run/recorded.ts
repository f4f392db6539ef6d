// SPDX-License-Identifier: MIT
// One result of a past run, with what its probe recorded: what `reproduce` and a bundle start from.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { clauses } from '../../specs/clauses.ts';
import type { ClauseDefinition } from '../judge/clause.ts';
import type { Evidence } from '../judge/observation.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellReport, type ClauseResult, isUnexpected, type RunReport, resultKey } from '../outcome/report.ts';
import { replay } from './replay.ts';

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
  readonly clause: ClauseDefinition;
  readonly evidence: Evidence;
  /** Folder of the cell. */
  readonly folder: string;
  /** SHA-256 over the guest's programs of then (guest-programs.ts); undefined in the folder of an older trapline. */
  readonly guest: string | undefined;
}

const fingerprintsSchema = z.object({ guest: z.string() });

interface Found {
  readonly cell: CellReport;
  readonly result: ClauseResult;
}

const options = ({ cell, result }: Found): string =>
  `--arch ${cell.arch} --kernel ${cell.kernel.label} --trigger ${result.trigger} --mechanism ${result.mechanism}`;

function matching(report: RunReport, clause: string, narrowing: Narrowing): Found[] {
  const fits = (asked: string | undefined, own: string): boolean => asked === undefined || asked === own;
  return report.cells
    .filter((cell) => fits(narrowing.arch, cell.arch) && fits(narrowing.kernel, cell.kernel.label))
    .flatMap((cell) => cell.clauses.map((result) => ({ cell, result })))
    .filter(({ result }) => result.id === clause)
    .filter(({ result }) => fits(narrowing.trigger, result.trigger) && fits(narrowing.mechanism, result.mechanism));
}

/** The only one; of several the one that is a surprise, if there is but one of those. */
function theOne(found: readonly Found[], clause: string, run: string): Found {
  const surprises = found.filter(({ result }) => isUnexpected(result));
  const [only, ...more] = surprises.length > 0 ? surprises : found;
  if (!only) {
    throw requestFailure(
      'no-such-result',
      `${run} has no result of clause ${clause} with these options`,
      `./trapline report ${run} shows what it has`,
    );
  }
  if (more.length === 0) return only;
  const shown = [only, ...more].slice(0, 4).map((one) => `\n  ${options(one)}`);
  const rest = more.length > 3 ? `\n  and ${more.length - 3} more` : '';
  throw requestFailure(
    'several-results',
    `${run} has ${more.length + 1} results of clause ${clause}${surprises.length > 0 ? ' that are not as expected' : ''}`,
    `Say which one (a part of the options will do):${shown.join('')}${rest}`,
  );
}

function guestFingerprint(folder: string): string | undefined {
  const file = path.join(folder, 'fingerprints.json');
  if (!existsSync(file)) return undefined;
  return fingerprintsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.guest;
}

/**
 * @param run the run's folder as it was typed
 * @throws Failure `no-such-result`, `several-results`, `nothing-recorded`
 */
export function findRecorded(run: string, report: RunReport, clause: string, narrowing: Narrowing): RecordedResult {
  const definition = clauses.find(({ id }) => id === clause);
  if (!definition) {
    throw requestFailure('unknown-clause', `there is no clause "${clause}"`, './trapline clauses lists the clauses');
  }
  const { cell, result } = theOne(matching(report, clause, narrowing), clause, run);
  const folder = path.join(run, cell.folder);
  const file = path.join(folder, 'observations.jsonl');
  const evidence = existsSync(file)
    ? replay(readFileSync(file, 'utf8')).evidence.find(
        (one) => resultKey({ id: one.clause, trigger: one.trigger, mechanism: one.mechanism }) === resultKey(result),
      )
    : undefined;
  if (!evidence) {
    throw requestFailure(
      'nothing-recorded',
      `${run} has no observations of clause ${clause} (${result.verdict}: ${result.reason})`,
      `Run it instead: ${result.reproduce}`,
    );
  }
  return { cell, result, clause: definition, evidence, folder, guest: guestFingerprint(folder) };
}
