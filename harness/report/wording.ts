// SPDX-License-Identifier: MIT
// Words that every rendering uses for the same thing.

import { BEHAVIOURS } from '../outcome/behaviour.ts';
import type { Crash } from '../outcome/crash.ts';
import { type CellReport, type ClauseResult, type RunReport, wasReached } from '../outcome/report.ts';
import { MECHANISMS, type Outcome, VERDICTS, type Verdict } from '../outcome/verdict.ts';
import { tallyOf } from './summary.ts';

export const OUTCOME_WORDS: Record<Outcome, string> = {
  expected: 'as expected',
  'unexpected-failure': 'unexpected failure',
  'unexpected-pass': 'unexpected pass',
};

/** Mechanisms beside the judged one, as row titles. */
export const MECHANISM_TITLES = {
  fasync: 'fasync',
  poll: 'poll',
  ptrace: 'ptrace',
  none: 'no perf (control)',
} as const;
export type OtherMechanism = keyof typeof MECHANISM_TITLES;

export const cellName = (cell: CellReport): string => `${cell.arch}/${cell.kernel.label}`;

/** "4.7 (page-fault, sigtrap)": what tells one clause result of a cell from all others. */
export const clauseName = (clause: ClauseResult): string => `${clause.id} (${clause.trigger}, ${clause.mechanism})`;

/** "deviates, expected conforms", or "deviates, as expected". */
export function verdictAgainstExpected(clause: ClauseResult): string {
  return clause.outcome === 'expected'
    ? `${clause.verdict}, as expected`
    : `${clause.verdict}, expected ${clause.expected}`;
}

/** Why a verdict that is not `conforms` surprises nobody. */
export const whyExpected = (clause: ClauseResult): string =>
  (wasReached(clause) && clause.expectation) || clause.reason;

function bootWords({ outcome, seconds }: CellReport['boot']): string {
  // Rebuilt from a run that was killed: that it booted is known, when is not.
  if (outcome === 'booted') return seconds > 0 ? `booted in ${seconds.toFixed(1)} s` : 'booted';
  if (outcome === 'interrupted') return 'interrupted before it booted';
  return outcome === 'not-needed' ? 'nothing to boot for' : `did not boot: ${outcome}`;
}

/** How far a cell came. A report that was written before its first machine knows nothing of that. */
function cameWords({ boot, machines, seconds }: CellReport): string {
  if (boot.outcome === 'killed') return 'the run was killed: what booted and ran is in its records (report --judge)';
  return `${bootWords(boot)}, ${machines} ${machines === 1 ? 'machine' : 'machines'}, ${seconds.toFixed(0)} s`;
}

export const cellLine = (cell: CellReport): string => {
  const { kernel, emulator } = cell;
  const place = emulator.image === undefined ? '' : ` in ${emulator.image}`;
  return `Linux ${kernel.version || 'unknown'} (${kernel.selector}), ${emulator.version}${place} ${emulator.machine} ${emulator.cpu} ${emulator.accel}, ${cameWords(cell)}`;
};

export interface Row {
  readonly title: string;
  readonly behaviour: number;
  readonly cells: readonly { readonly text: string; readonly verdict: Verdict | undefined }[];
}

/** Behaviour × cell by the mechanism `sigtrap`: "conforms 16/16", "deviates 9/10 !" where something is unexpected. */
export function judgedRows(report: RunReport, titles: Record<number, string>): Row[] {
  return BEHAVIOURS.map((behaviour) => ({
    title: `${behaviour} ${titles[behaviour]}`,
    behaviour,
    cells: report.cells.map((cell) => {
      const { verdict, conforming, judged, unexpected } = tallyOf(cell, behaviour, 'sigtrap');
      // Nothing of it was asked for.
      if (judged === 0) return { verdict: undefined, text: '–' };
      return { verdict, text: `${verdict} ${conforming}/${judged}${unexpected > 0 ? ' !' : ''}` };
    }),
  }));
}

/** Behaviour × mechanism × cell for every mechanism but `sigtrap`; rows that no cell has anything for are left out. */
export function comparedRows(report: RunReport): Row[] {
  const others = MECHANISMS.filter((mechanism): mechanism is OtherMechanism => mechanism !== 'sigtrap');
  const rows = BEHAVIOURS.flatMap((behaviour) =>
    others.map((mechanism) => {
      const cells = report.cells.map((cell) => {
        const { verdict, conforming, judged, exercised, unexpected } = tallyOf(cell, behaviour, mechanism);
        if (judged === 0) return { verdict: undefined, text: '–' };
        // Without one exercised clause the bare count would hide why.
        const word = exercised === 0 ? ` ${verdict}` : '';
        return { verdict, text: `${conforming}/${judged}${word}${unexpected > 0 ? ' !' : ''}` };
      });
      return { title: `${behaviour} ${MECHANISM_TITLES[mechanism]}`, behaviour, cells };
    }),
  );
  return rows.filter((row) => row.cells.some((cell) => cell.verdict !== undefined));
}

/** "240 conforms, 12 deviates, 60 absent": only verdicts that occur. */
export function countVerdicts(clauses: readonly ClauseResult[]): string {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: clauses.filter((clause) => clause.verdict === verdict).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`)
    .join(', ');
}

/** "310 as expected, 1 unexpected failure, 0 unexpected passes", and "12 not reached" of a run that was interrupted. */
export function countOutcomes(clauses: readonly ClauseResult[]): string {
  const reached = clauses.filter(wasReached);
  const count = (outcome: Outcome) => reached.filter((clause) => clause.outcome === outcome).length;
  const missed = clauses.length - reached.length;
  const failures = count('unexpected-failure');
  const passes = count('unexpected-pass');
  return `${count('expected')} as expected, ${failures} unexpected failure${failures === 1 ? '' : 's'}, ${passes} unexpected pass${passes === 1 ? '' : 'es'}${missed > 0 ? `, ${missed} not reached` : ''}`;
}

export interface ExpectedGroup {
  /** Names of the cells, `arch/label`. */
  readonly cells: readonly string[];
  readonly mechanism: ClauseResult['mechanism'];
  readonly verdict: Verdict;
  readonly why: string;
  readonly clauses: readonly ClauseResult[];
}

/**
 * Results that are as expected and do not conform. Those of one mechanism with the same verdict for the same
 * cause, on whatever cells and by whatever trigger, are one group (a kernel without the feature has hundreds).
 * The groups of the feature itself come first.
 */
export function expectedGroups(report: RunReport): ExpectedGroup[] {
  const groups = new Map<string, { cell: string; clause: ClauseResult }[]>();
  for (const cell of report.cells) {
    for (const clause of cell.clauses) {
      if (clause.outcome !== 'expected' || clause.verdict === 'conforms') continue;
      const key = JSON.stringify([clause.mechanism, clause.verdict, whyExpected(clause)]);
      groups.set(key, [...(groups.get(key) ?? []), { cell: cellName(cell), clause }]);
    }
  }
  const found = [...groups.values()].map((members): ExpectedGroup => {
    const { mechanism, verdict } = (members[0] as { clause: ClauseResult }).clause;
    return {
      cells: [...new Set(members.map(({ cell }) => cell))],
      mechanism,
      verdict,
      why: whyExpected((members[0] as { clause: ClauseResult }).clause),
      clauses: members.map(({ clause }) => clause),
    };
  });
  const order = (group: ExpectedGroup) => MECHANISMS.indexOf(group.mechanism);
  return found.sort((a, b) => order(a) - order(b));
}

/** What the kernel of a cell said, with where: the clause during which it did, or the boot. */
export function crashesOfCell(cell: CellReport): { readonly where: string; readonly crash: Crash }[] {
  const at = (where: string, crashes: readonly Crash[] = []) =>
    crashes.map((crash) => ({ where: `${cellName(cell)} ${where}`, crash }));
  return [
    ...at('at boot', cell.boot.crashes),
    ...cell.clauses.flatMap((clause) => at(clauseName(clause), clause.crashes)),
  ];
}
