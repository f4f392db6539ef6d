// SPDX-License-Identifier: MIT
// GitHub's Markdown, for an issue, a mail or a page: the matrices, then every clause of every cell.
import { BEHAVIOUR_TITLES } from '../outcome/behaviour.ts';
import { crashTitle, crashTrace } from '../outcome/crash.ts';
import { type CellReport, type ClauseResult, isUnexpected, type RunReport } from '../outcome/report.ts';
import { compactValues, markdownText, oneLine, visible } from './escape.ts';
import {
  cellLine,
  cellName,
  clauseName,
  comparedRows,
  countOutcomes,
  countVerdicts,
  crashesOfCell,
  judgedRows,
  OUTCOME_WORDS,
  type Row,
  verdictAgainstExpected,
} from './wording.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const text = (value: string, limit = 600): string => markdownText(oneLine(value, limit));

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(headings), row(headings.map(() => '---')), ...rows.map(row), ''];
}

const matrix = (report: RunReport, corner: string, rows: readonly Row[]): string[] =>
  table(
    [corner, ...report.cells.map((cell) => text(cellName(cell)))],
    rows.map(({ title, cells }) => [text(title), ...cells.map((cell) => text(cell.text))]),
  );

function seen(clause: ClauseResult): string {
  const values = clause.verdict === 'conforms' ? '' : compactValues(clause.observed, 240);
  const parts = [clause.reason, clause.outcome === 'expected' ? '' : (clause.expectation ?? '')].map((part) =>
    text(part),
  );
  const crashes = (clause.crashes ?? []).map((crash) => `kernel: ${text(crashTitle(crash))}`);
  return [...parts, ...crashes, markdownText(values)].filter((part) => part !== '').join('<br>');
}

function unexpectedList(report: RunReport): string[] {
  const items = report.cells.flatMap((cell) =>
    cell.clauses
      .filter(isUnexpected)
      .map(
        (clause) =>
          `- ${text(`${cellName(cell)} ${clauseName(clause)}`)}: **${OUTCOME_WORDS[clause.outcome]}**, ${verdictAgainstExpected(clause)}. ` +
          `${text(clause.title)}. ${seen(clause)}<br>again: ${text(clause.reproduce)}`,
      ),
  );
  return items.length === 0 ? ['Everything is as expected.', ''] : [...items, ''];
}

/** A block of code that no line inside can end: a fence stands at the beginning of its line. */
const codeBlock = (lines: readonly string[]): string[] => [
  '~~~',
  ...lines.map((line) => ` ${visible(line)}`.replace(/^ *~/, '    ~')),
  '~~~',
];

/** What the kernel said, each with its addresses resolved and its own words. */
function crashSection(cell: CellReport): string[] {
  return crashesOfCell(cell).flatMap(({ where, crash }) => [
    `### ${text(where)}: ${text(crashTitle(crash))}`,
    '',
    ...codeBlock([...crashTrace(crash), '', ...crash.text.split('\n')]),
    '',
  ]);
}

function cellSection(cell: CellReport): string[] {
  const rows = cell.clauses.map((clause) => [
    clause.id,
    text(clause.title),
    clause.trigger,
    clause.mechanism,
    clause.outcome === 'expected' ? clause.verdict : `**${clause.verdict}**`,
    clause.expected,
    clause.outcome === 'expected' ? OUTCOME_WORDS.expected : `**${OUTCOME_WORDS[clause.outcome]}**`,
    seen(clause),
  ]);
  return [
    `## ${text(cellName(cell))}`,
    '',
    `${text(cellLine(cell))}. ${cell.clauses.length === 0 ? 'No verdict.' : `${countVerdicts(cell.clauses)}.`}`,
    '',
    ...(rows.length === 0
      ? []
      : table(
          ['clause', 'what', 'trigger', 'mechanism', 'verdict', 'expected', 'outcome', 'reason, what was seen'],
          rows,
        )),
    ...crashSection(cell),
  ];
}

export function renderMarkdown(report: RunReport): string {
  const clauses = report.cells.flatMap((cell) => cell.clauses);
  const compared = comparedRows(report);
  return [
    `# trapline ${text(report.run.id)}`,
    '',
    `Started ${text(report.run.startedAt)}: ${text(report.run.command)}`,
    '',
    ...(report.run.complete ? [] : ['**Interrupted: cells or clauses that were not reached are missing.**', '']),
    `${clauses.length} results: ${countVerdicts(clauses) || 'nothing was judged'}; ${countOutcomes(clauses)}.`,
    '',
    '## Behaviours by sigtrap',
    '',
    'Verdict and conforming/judged; an exclamation mark where something is not as expected.',
    '',
    ...matrix(report, 'behaviour', judgedRows(report, BEHAVIOUR_TITLES)),
    ...(compared.length === 0 ? [] : ['## Other mechanisms', '', ...matrix(report, 'conforming/judged', compared)]),
    '## Not as expected',
    '',
    ...unexpectedList(report),
    ...report.cells.flatMap(cellSection),
  ].join('\n');
}
