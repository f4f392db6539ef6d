// SPDX-License-Identifier: MIT
// A run judged again from its folder: observations stay, verdicts and expectations are this checkout's.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { clauses } from '../../specs/clauses.ts';
import { expectations } from '../../specs/expectations.ts';
import { findArchitecture } from '../arch/index.ts';
import { expectedVerdict } from '../judge/expectation.ts';
import { judgeAll } from '../judge/judge.ts';
import { type Evidence, endingSchema, observationSchema } from '../judge/observation.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellReport, type ClauseResult, type RunReport, wasReached } from '../outcome/report.ts';
import { outcomeOf } from '../outcome/verdict.ts';
import { replay } from './replay.ts';
import { observedOf, secondsOf } from './results.ts';

/** The evidence as the report keeps it: `observedOf` of results.ts read back. */
function evidenceOf(result: ClauseResult): Evidence | undefined {
  const { ended, ...records } = result.observed;
  const ending = endingSchema.safeParse(ended);
  if (!ending.success) return undefined;
  const observations = Object.entries(records).flatMap(([what, seen]) =>
    (Array.isArray(seen) ? seen : [seen]).map((values) => observationSchema.parse({ what, ...values })),
  );
  return {
    clause: result.id,
    trigger: result.trigger,
    mechanism: result.mechanism,
    observations,
    ending: ending.data,
  };
}

function judgedAgain(
  cell: CellReport,
  result: ClauseResult,
  verdict: ClauseResult['verdict'],
  reason: string,
): ClauseResult {
  const clause = clauses.find(({ id }) => id === result.id);
  if (!clause) return result;
  const expected = expectedVerdict(clause, result, findArchitecture(cell.arch), cell.kernel.label, expectations, {
    verdict,
    reason,
  });
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
function completed(cell: CellReport, folder: string): CellReport {
  const file = path.join(folder, cell.folder, 'observations.jsonl');
  if (cell.machines > 0 || !existsSync(file)) return cell;
  const { evidence, machines, release } = replay(readFileSync(file, 'utf8'));
  const clausesOfCell = cell.clauses.map((result) => {
    const found = evidence.find(
      ({ clause, trigger, mechanism }) =>
        clause === result.id && trigger === result.trigger && mechanism === result.mechanism,
    );
    return found && !wasReached(result) ? { ...result, observed: observedOf(found), ...secondsOf(found) } : result;
  });
  return {
    ...cell,
    kernel: { ...cell.kernel, version: release ?? cell.kernel.version },
    boot: release === undefined ? cell.boot : { outcome: 'booted', seconds: 0 },
    machines,
    clauses: clausesOfCell,
  };
}

/**
 * The cells of a report, judged again; results that no probe stands behind stay as they are. `folder` is the run's:
 * when the run was killed, what it observed is only there.
 */
export async function judgeAgain(stored: RunReport, folder: string): Promise<CellReport[]> {
  const report = stored.run.complete
    ? stored
    : { ...stored, cells: stored.cells.map((cell) => completed(cell, folder)) };
  const material = report.cells.map((cell) => cell.clauses.map((result) => ({ result, evidence: evidenceOf(result) })));
  const input = report.cells.map((cell, index) => ({
    arch: cell.arch,
    label: cell.kernel.label,
    evidence: (material[index] ?? []).flatMap(({ evidence }) => (evidence ? [evidence] : [])),
  }));
  const judgements = await judgeAll(input);
  return report.cells.map((cell, index) => {
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
