// SPDX-License-Identifier: MIT
// A run judged again from its folder: observations stay, verdicts and expectations are this checkout's.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { clauses } from '../../specs/clauses.ts';
import { expectations } from '../../specs/expectations.ts';
import { findArchitecture } from '../arch/index.ts';
import { expectedVerdict } from '../judge/expectation.ts';
import { judgeAll } from '../judge/judge.ts';
import { type Evidence, endingSchema, observationSchema } from '../judge/observation.ts';
import { requestFailure } from '../outcome/failure.ts';
import type { CellReport, ClauseResult, RunReport } from '../outcome/report.ts';
import { outcomeOf } from '../outcome/verdict.ts';

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

/** The cells of a report, judged again; results that no probe stands behind stay as they are. */
export async function judgeAgain(report: RunReport): Promise<CellReport[]> {
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
