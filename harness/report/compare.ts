// SPDX-License-Identifier: MIT
// Two runs: what was mended, what broke, what is new and what is gone.
import { type CellReport, type ClauseResult, type RunReport, wasReached } from '../outcome/report.ts';
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
  /** Not reached by one of the runs, which was interrupted: neither broken nor mended, nothing was asked of the kernel. */
  readonly unreached: readonly Change[];
  readonly same: number;
  /** Which of the two were interrupted. */
  readonly incomplete: readonly ('before' | 'after')[];
}

/** What is said of one, and of several. */
const TITLES = {
  broke: ['broke', 'broke'],
  mended: ['was mended', 'were mended'],
  changed: ['fails otherwise', 'fail otherwise'],
  fresh: ['is new', 'are new'],
  gone: ['is gone', 'are gone'],
  unreached: ['cannot be compared: not reached', 'cannot be compared: not reached'],
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
  const found: Record<Group, Change[]> = { mended: [], broke: [], changed: [], fresh: [], gone: [], unreached: [] };
  const [old, now] = [entries(before), entries(after)];
  const missed = (entry: Entry | undefined) => entry !== undefined && !wasReached(entry.clause);
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
    // Why is said once, of the run.
    if (missed(was) || missed(is)) found.unreached.push({ ...change, reason: '' });
    else if (!was) found.fresh.push(change);
    else if (!is) found.gone.push(change);
    else if (change.before === change.after) same++;
    else if (change.after === 'conforms') found.mended.push(change);
    else if (change.before === 'conforms') found.broke.push(change);
    else found.changed.push(change);
  }
  const runs = { before, after };
  const incomplete = (['before', 'after'] as const).filter((one) => !runs[one].run.complete);
  return { ...found, same, incomplete };
}

const verdicts = ({ before, after }: Change): string => `${before ?? 'not there'} → ${after ?? 'not there'}`;

const title = (group: Group, count: number): string => `${count} ${TITLES[group][count === 1 ? 0 : 1]}`;

const INCOMPLETE = { before: 'The earlier run is incomplete', after: 'The later run is incomplete' } as const;
const incompleteLines = ({ incomplete }: Comparison): string[] =>
  incomplete.map((one) => `${INCOMPLETE[one]}: it was interrupted.`);

export function renderComparison(comparison: Comparison): string {
  const groups = GROUPS.filter((group) => comparison[group].length > 0).map((group) => {
    const lines = comparison[group].map(
      (change) =>
        `  ${visible(change.cell)} ${change.clause}: ${verdicts(change)}${change.reason ? `\n      ${visible(change.reason).slice(0, 300)}` : ''}`,
    );
    return `${title(group, comparison[group].length)}\n${lines.join('\n')}`;
  });
  return [...incompleteLines(comparison), ...groups, `${comparison.same} as before`].join('\n\n');
}

export function renderComparisonMarkdown(comparison: Comparison): string {
  const groups = GROUPS.filter((group) => comparison[group].length > 0).map((group) => {
    const rows = comparison[group].map((change) => {
      const cells = [change.cell, change.clause, verdicts(change), oneLine(change.reason, 300)];
      return `| ${cells.map(markdownText).join(' | ')} |`;
    });
    const head = `## ${title(group, comparison[group].length)}\n\n| cell | clause | verdict | reason |\n| --- | --- | --- | --- |`;
    return `${head}\n${rows.join('\n')}\n`;
  });
  const incomplete = incompleteLines(comparison).map((line) => `**${line}**\n`);
  return [...incomplete, ...groups, `${comparison.same} as before`].join('\n');
}
