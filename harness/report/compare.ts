// SPDX-License-Identifier: MIT
// Two runs: what was mended, what broke, what is new and what is gone.
import type { CellReport, ClauseResult, RunReport } from '../outcome/report.ts';
import type { Verdict } from '../outcome/verdict.ts';
import { visible } from '../outcome/visible.ts';
import { markdownText, oneLine } from './escape.ts';
import { cellName, clauseName } from './wording.ts';

export interface Change {
  readonly cell: string;
  readonly clause: string;
  readonly title: string;
  /** Undefined: not in that run. */
  readonly before: Verdict | undefined;
  readonly after: Verdict | undefined;
  readonly reason: string;
}

export interface Comparison {
  /** Conforms now and did not. */
  readonly mended: readonly Change[];
  /** Conformed and does not any more, an exercised clause that is not exercised now among them. */
  readonly broke: readonly Change[];
  /** Another verdict, neither of them `conforms`. */
  readonly changed: readonly Change[];
  readonly fresh: readonly Change[];
  readonly gone: readonly Change[];
  readonly same: number;
}

const TITLES = {
  broke: 'broke',
  mended: 'was mended',
  changed: 'fails otherwise',
  fresh: 'is new',
  gone: 'is gone',
} as const;
type Group = keyof typeof TITLES;
const GROUPS = Object.keys(TITLES) as Group[];

interface Entry {
  readonly cell: CellReport;
  readonly clause: ClauseResult;
}

const entries = (report: RunReport): Map<string, Entry> =>
  new Map(
    report.cells.flatMap((cell) =>
      cell.clauses.map((clause): [string, Entry] => [`${cellName(cell)} ${clauseName(clause)}`, { cell, clause }]),
    ),
  );

export function compareReports(before: RunReport, after: RunReport): Comparison {
  const found: Record<Group, Change[]> = { mended: [], broke: [], changed: [], fresh: [], gone: [] };
  const [old, now] = [entries(before), entries(after)];
  let same = 0;
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const was = old.get(key);
    const is = now.get(key);
    const { cell, clause } = (is ?? was) as Entry;
    const change: Change = {
      cell: cellName(cell),
      clause: clauseName(clause),
      title: clause.title,
      before: was?.clause.verdict,
      after: is?.clause.verdict,
      reason: clause.reason,
    };
    if (!was) found.fresh.push(change);
    else if (!is) found.gone.push(change);
    else if (change.before === change.after) same++;
    else if (change.after === 'conforms') found.mended.push(change);
    else if (change.before === 'conforms') found.broke.push(change);
    else found.changed.push(change);
  }
  return { ...found, same };
}

const verdicts = ({ before, after }: Change): string => `${before ?? 'not there'} → ${after ?? 'not there'}`;

export function renderComparison(comparison: Comparison): string {
  const groups = GROUPS.filter((group) => comparison[group].length > 0).map((group) => {
    const lines = comparison[group].map(
      (change) =>
        `  ${visible(change.cell)} ${change.clause}: ${verdicts(change)}${change.reason ? `\n      ${visible(change.reason).slice(0, 300)}` : ''}`,
    );
    return `${comparison[group].length} ${TITLES[group]}\n${lines.join('\n')}`;
  });
  return [...groups, `${comparison.same} as before`].join('\n\n');
}

export function renderComparisonMarkdown(comparison: Comparison): string {
  const groups = GROUPS.filter((group) => comparison[group].length > 0).map((group) => {
    const rows = comparison[group].map((change) => {
      const cells = [change.cell, change.clause, verdicts(change), oneLine(change.reason, 300)];
      return `| ${cells.map(markdownText).join(' | ')} |`;
    });
    const head = `## ${comparison[group].length} ${TITLES[group]}\n\n| cell | clause | verdict | reason |\n| --- | --- | --- | --- |`;
    return `${head}\n${rows.join('\n')}\n`;
  });
  return [...groups, `${comparison.same} as before`].join('\n');
}
