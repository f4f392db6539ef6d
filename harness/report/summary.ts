// SPDX-License-Identifier: MIT
// From clause results to one verdict for each behaviour of a cell.
import { BEHAVIOURS, type Behaviour } from '../outcome/behaviour.ts';
import { type CellReport, type ClauseResult, isUnexpected, type RunReport } from '../outcome/report.ts';
import { EXERCISED, type Mechanism, type Verdict } from '../outcome/verdict.ts';

/** What a behaviour that does not conform is called after: the first of these that any of its clauses came to. */
const WORST_FIRST: readonly Verdict[] = [
  'crashed',
  'hung',
  'looped',
  'deviates',
  'not-emulated',
  'absent',
  'unsupported',
  'not-run',
];

export interface Tally {
  readonly conforming: number;
  /** Clause results that apply to this architecture, exercised or not. */
  readonly judged: number;
  readonly verdict: Verdict;
  readonly exercised: number;
  /** Results whose outcome is not `expected`, but for clauses that the run did not reach. */
  readonly unexpected: number;
}

/** False for a clause that belongs to another architecture, as SPARC's delay slots do. */
export function applies(clause: ClauseResult): boolean {
  return !(clause.verdict === 'not-run' && clause.reason.startsWith('not defined for'));
}

/**
 * The rule: `conforms` only when every result that applies conforms; else the worst in the order crashed, hung,
 * looped, deviates, not-emulated, absent, unsupported, not-run. A result that is `not-run` because it is
 * "not defined for" the architecture does not apply, and does not count. Where nothing else is there, or
 * nothing at all, the verdict is `not-run`.
 */
export function tally(clauses: readonly ClauseResult[]): Tally {
  const counted = clauses.filter(applies);
  const conforming = counted.filter((clause) => clause.verdict === 'conforms').length;
  const worst = WORST_FIRST.find((verdict) => counted.some((clause) => clause.verdict === verdict));
  return {
    conforming,
    judged: counted.length,
    verdict: worst ?? (conforming > 0 ? 'conforms' : 'not-run'),
    exercised: counted.filter((clause) => EXERCISED.has(clause.verdict)).length,
    unexpected: clauses.filter(isUnexpected).length,
  };
}

/** The tally of one behaviour by one mechanism on a cell. */
export function tallyOf(cell: CellReport, behaviour: Behaviour, mechanism: Mechanism): Tally {
  return tally(cell.clauses.filter((clause) => clause.behaviour === behaviour && clause.mechanism === mechanism));
}

/**
 * architecture → kernel label → behaviour → verdict. Only the mechanism `sigtrap` is counted: it is the feature
 * under judgement; the others, and the control without perf, say nothing about it.
 */
export function summarise(cells: readonly CellReport[]): RunReport['summary'] {
  const summary: RunReport['summary'] = {};
  for (const cell of cells) {
    const labels = summary[cell.arch] ?? {};
    summary[cell.arch] = labels;
    labels[cell.kernel.label] = Object.fromEntries(
      BEHAVIOURS.map((behaviour) => [String(behaviour), tallyOf(cell, behaviour, 'sigtrap').verdict]),
    );
  }
  return summary;
}
