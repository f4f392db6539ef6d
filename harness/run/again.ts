// SPDX-License-Identifier: MIT
// A run judged again from its folder: observations stay, verdicts and expectations are this checkout's.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { clauses } from '../../specs/clauses.ts';
import { expectations } from '../../specs/expectations.ts';
import { findArchitecture } from '../arch/index.ts';
import { CONTROL } from '../judge/blame.ts';
import { expectedVerdict } from '../judge/expectation.ts';
import { judgeAll } from '../judge/judge.ts';
import { type Evidence, endingSchema } from '../judge/observation.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellReport, type ClauseResult, type RunReport, resultKey, wasReached } from '../outcome/report.ts';
import { outcomeOf } from '../outcome/verdict.ts';
import { demandRecords, demandWholeLines, evidenceKey, observationsFile, textIfThere } from './observations.ts';
import { type Replayed, replay } from './replay.ts';
import { observedOf, secondsOf } from './results.ts';

/** What the probes of a cell recorded, in their order, by clause and setting. @throws as `demandRecords` */
function recorded(cell: CellReport, folder: string, complete: boolean): Replayed {
  const file = observationsFile(path.join(folder, cell.folder));
  const text = textIfThere(file);
  if (text !== undefined) demandWholeLines(file, text, complete);
  const replayed = replay(text ?? '');
  demandRecords(cell, file, text, replayed);
  return replayed;
}

/**
 * The evidence of a result. The observations are taken from the cell's observations.jsonl, since the report groups
 * them by kind; how the probe ended is the report's, which knows of lost guests.
 */
function evidenceOf(result: ClauseResult, replayed: Replayed): Evidence | undefined {
  const ending = endingSchema.safeParse(result.observed.ended);
  if (!ending.success) return undefined;
  const { id: clause, trigger, mechanism } = result;
  const found = replayed.evidence.find((one) => evidenceKey(one) === resultKey(result));
  return { clause, trigger, mechanism, observations: found?.observations ?? [], ending: ending.data };
}

function judgedAgain(
  cell: CellReport,
  result: ClauseResult,
  verdict: ClauseResult['verdict'],
  reason: string,
): ClauseResult {
  const clause = clauses.find(({ id }) => id === result.id);
  if (!clause) return result;
  const expected = expectedVerdict(
    clause,
    result,
    findArchitecture(cell.arch),
    cell.kernel.label,
    expectations,
    {
      verdict,
      reason,
    },
    {
      emulator: cell.emulator.version.replace(/^QEMU /, ''),
      kernel: cell.kernel.version,
    },
  );
  const { expectation: _, ...rest } = result;
  return {
    ...rest,
    verdict,
    reason,
    expected: expected.verdict,
    outcome: outcomeOf(verdict, expected.verdict),
    ...(expected.reason === '' ? {} : { expectation: expected.reason }),
  };
}

/** A cell of a run that was killed, with what its probes recorded put where its report has nothing yet. */
function completed(cell: CellReport, { evidence, machines, release }: Replayed): CellReport {
  if (cell.machines > 0) return cell;
  const clausesOfCell = cell.clauses.map((result) => {
    const found = evidence.find((one) => evidenceKey(one) === resultKey(result));
    return found && !wasReached(result) ? { ...result, observed: observedOf(found), ...secondsOf(found) } : result;
  });
  return {
    ...cell,
    kernel: { ...cell.kernel, version: release ?? cell.kernel.version },
    boot: release === undefined ? cell.boot : { outcome: 'booted', seconds: 0 },
    machines,
    // What is known of it: booting, and the probe that ran when it was killed, are not in it.
    seconds: evidence.reduce((sum, one) => sum + (secondsOf(one).seconds ?? 0), 0),
    clauses: clausesOfCell,
  };
}

/**
 * The cells of a report, judged again; results that no probe stands behind stay as they are. `folder` is the run's:
 * when the run was killed, what it observed is only there.
 * @throws Failure `observations-unreadable`, `observations-damaged`
 */
export async function judgeAgain(stored: RunReport, folder: string): Promise<CellReport[]> {
  const replayed = stored.cells.map((cell) => recorded(cell, folder, stored.run.complete));
  const nothing: Replayed = { evidence: [], machines: 0 };
  const cells = stored.cells.map((cell, index) =>
    stored.run.complete ? cell : completed(cell, replayed[index] ?? nothing),
  );
  const material = cells.map((cell, index) =>
    cell.clauses.map((result) => ({ result, evidence: evidenceOf(result, replayed[index] ?? nothing) })),
  );
  const input = cells.map((cell, index) => ({
    arch: cell.arch,
    label: cell.kernel.label,
    control: replayed[index]?.evidence.find(({ clause }) => clause === CONTROL)?.observations ?? [],
    evidence: (material[index] ?? []).flatMap(({ evidence }) => (evidence ? [evidence] : [])),
  }));
  const judgements = await judgeAll(input);
  return cells.map((cell, index) => {
    const judged = [...(judgements[index] ?? [])];
    const again = (material[index] ?? []).map(({ result, evidence }) => {
      const next = evidence && judged.shift();
      return next ? judgedAgain(cell, result, next.verdict, next.reason) : result;
    });
    return { ...cell, clauses: again };
  });
}

/** The report's file of a run's folder. @throws Failure `no-such-run` */
export function reportFile(folder: string): string {
  const file = path.join(folder, 'report.json');
  if (existsSync(file)) return file;
  throw requestFailure(
    'no-such-run',
    `${folder} is no run's folder: it has no report.json`,
    'results/latest is the newest run',
  );
}
