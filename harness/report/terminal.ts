// SPDX-License-Identifier: MIT
// The report for a person at a terminal: matrix first, then what is not as expected, then what is.
import { styleText } from 'node:util';
import { BEHAVIOUR_TITLES } from '../outcome/behaviour.ts';
import { crashTitle, crashTrace } from '../outcome/crash.ts';
import { isUnexpected, type RunReport, wasReached } from '../outcome/report.ts';
import { EXERCISED, type Verdict } from '../outcome/verdict.ts';
import { columnsOf, compactValues, oneLine, visible, wrap } from './escape.ts';
import {
  cellLine,
  cellName,
  clauseName,
  comparedRows,
  countOutcomes,
  countVerdicts,
  crashesOfCell,
  expectedGroups,
  judgedRows,
  OUTCOME_WORDS,
  type Row,
  verdictAgainstExpected,
} from './wording.ts';

export interface TerminalOptions {
  /** Colour only adds to what the words say. */
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** The run's folder as the user would type it; default `results/<run id>`. */
  readonly folder?: string;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const LONGEST_REASON = 600;
const LONGEST_OBSERVED = 400;
/** Crashes that are shown, and lines of the trace of each; report.json has them whole. */
const MOST_CRASHES = 5;
const TRACE_LINES = 8;

function styleOf(verdict: Verdict | undefined): Style {
  if (verdict === 'conforms') return 'green';
  return verdict && EXERCISED.has(verdict) ? 'red' : 'yellow';
}

const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/** A table of as many columns as fit; the other cells follow in a table of their own below. */
function matrix(headings: readonly string[], rows: readonly Row[], width: number, paint: Paint): string[] {
  const titleColumns = Math.max(...rows.map((row) => columnsOf(row.title)));
  const columns = headings.map((heading, index) =>
    Math.max(columnsOf(heading), ...rows.map((row) => columnsOf(row.cells[index]?.text ?? ''))),
  );
  const lines: string[] = [];
  for (let first = 0; first < headings.length; ) {
    let last = first;
    let used = titleColumns + 2 + (columns[first] ?? 0);
    while (last + 1 < headings.length && used + 2 + (columns[last + 1] ?? 0) <= width) {
      last += 1;
      used += 2 + (columns[last] ?? 0);
    }
    const shown = headings.slice(first, last + 1);
    if (lines.length > 0) lines.push('');
    const heading = shown.map((name, index) => pad(name, columns[first + index] ?? 0)).join('  ');
    lines.push(paint('bold', `${pad('', titleColumns)}  ${heading}`.trimEnd()));
    for (const row of rows) {
      const cells = row.cells.slice(first, last + 1).map((cell, index) => {
        const isLast = first + index === last;
        return paint(styleOf(cell.verdict), isLast ? cell.text : pad(cell.text, columns[first + index] ?? 0));
      });
      lines.push(`${pad(row.title, titleColumns)}  ${cells.join('  ')}`);
    }
    first = last + 1;
  }
  return lines;
}

function unexpectedLines(report: RunReport, width: number, paint: Paint): string[] {
  const lines: string[] = [];
  const field = (name: string, text: string) => {
    const indent = `      ${pad(name, 9)}`;
    wrap(text, Math.max(20, width - indent.length)).forEach((line, index) => {
      lines.push(`${index === 0 ? indent : ' '.repeat(indent.length)}${line}`);
    });
  };
  for (const cell of report.cells) {
    for (const clause of cell.clauses) {
      if (!isUnexpected(clause)) continue;
      const heading = `${cellName(cell)} ${clauseName(clause)}  ${OUTCOME_WORDS[clause.outcome]}`;
      lines.push('', paint(['bold', 'red'], `  ! ${visible(heading)}`));
      field('clause', oneLine(clause.title, LONGEST_REASON));
      field('verdict', verdictAgainstExpected(clause));
      if (clause.reason) field('reason', oneLine(clause.reason, LONGEST_REASON));
      if (clause.expectation) field('expected', oneLine(clause.expectation, LONGEST_REASON));
      if (Object.keys(clause.observed).length > 0) field('seen', compactValues(clause.observed, LONGEST_OBSERVED));
      for (const crash of clause.crashes ?? []) field('kernel', oneLine(crashTitle(crash), LONGEST_REASON));
      // Never wrapped nor cut: it is there to be copied.
      lines.push(`      ${pad('again', 9)}${visible(clause.reproduce)}`);
    }
  }
  return lines;
}

/** What the kernels said, with the clause or the boot during which they did. */
function crashLines(report: RunReport, width: number): string[] {
  const found = report.cells.flatMap(crashesOfCell);
  if (found.length === 0) return [];
  const each = found.slice(0, MOST_CRASHES).flatMap(({ where, crash }) => [
    ...wrap(oneLine(`${where}: ${crashTitle(crash)}`, LONGEST_REASON), width - 2).map((line) => `  ${line}`),
    ...crashTrace(crash)
      .slice(0, TRACE_LINES)
      .map((line) => `      ${oneLine(line, width - 6)}`),
  ]);
  const left =
    found.length > MOST_CRASHES ? [`  and ${found.length - MOST_CRASHES} more: "crashes" in report.json`] : [];
  return ['', `The kernel fell over, or complained: ${found.length}`, ...each, ...left];
}

function expectedLines(report: RunReport, width: number): string[] {
  return expectedGroups(report).flatMap(({ cells, mechanism, verdict, why, clauses }) => {
    const ids = ranges([...new Set(clauses.map((clause) => clause.id))].sort(byNumber));
    const triggers = [...new Set(clauses.map(({ trigger }) => trigger))].join(', ');
    const heading = wrap(
      `${mechanism} (${triggers}), ${cells.map((name) => oneLine(name, 40)).join(' ')}: ${ids}: ${verdict}`,
      width - 2,
    );
    const reason = wrap(oneLine(why, LONGEST_REASON), width - 6);
    return [...heading.map((line) => `  ${line}`), ...reason.map((line) => `      ${line}`)];
  });
}

/** "1.2" before "1.10". */
const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** "1.1-1.16 2.3 2.5-2.6": clause numbers that follow one another as a range. */
function ranges(ids: readonly string[]): string {
  const runs: { behaviour: string; first: number; last: number }[] = [];
  for (const id of ids) {
    const [behaviour = '', clause] = id.split('.');
    const run = runs.at(-1);
    if (run?.behaviour === behaviour && run.last + 1 === Number(clause)) run.last += 1;
    else runs.push({ behaviour, first: Number(clause), last: Number(clause) });
  }
  return runs
    .map(({ behaviour, first, last }) => `${behaviour}.${first}${last > first ? `-${behaviour}.${last}` : ''}`)
    .join(' ');
}

export function renderTerminal(report: RunReport, options: TerminalOptions): string {
  const paint: Paint = (style, text) => (options.colour ? styleText(style, text, { validateStream: false }) : text);
  const width = Math.max(40, options.width);
  const headings = report.cells.map((cell) => oneLine(cellName(cell), 40));
  const clauses = report.cells.flatMap((cell) => cell.clauses);
  const unexpected = clauses.filter(isUnexpected).length;
  const lines: string[] = [];

  if (report.cells.length > 0) {
    lines.push('Behaviours by sigtrap: verdict, conforming/judged (! something is not as expected)', '');
    lines.push(...matrix(headings, judgedRows(report, BEHAVIOUR_TITLES), width, paint), '');
    const compared = comparedRows(report);
    if (compared.length > 0) {
      lines.push('The other mechanisms, same programs: conforming/judged', '');
      lines.push(...matrix(headings, compared, width, paint), '');
    }
    const nameColumns = Math.max(...headings.map(columnsOf));
    report.cells.forEach((cell, index) => {
      lines.push(oneLine(`${pad(headings[index] ?? '', nameColumns)}  ${cellLine(cell)}`, width));
    });
  }

  lines.push('', `Not as expected: ${unexpected}`, ...unexpectedLines(report, width, paint));
  lines.push(...crashLines(report, width));
  const warned = clauses.flatMap(({ id, observed }) => ('kernel-warning' in observed ? [id] : []));
  if (warned.length > 0) {
    const where = ranges([...new Set(warned)].sort(byNumber));
    lines.push('', ...wrap(`The kernel warned on its console during ${where}: "kernel-warning" in report.json`, width));
  }
  const known = expectedLines(report, width);
  const knownCount = expectedGroups(report).reduce((sum, group) => sum + group.clauses.length, 0);
  lines.push('', `Expected, and not conforming: ${knownCount}`, ...known);

  const folder = visible(options.folder ?? `results/${report.run.id}`);
  lines.push('');
  if (!report.run.complete) {
    const missed = clauses.filter((clause) => !wasReached(clause)).length;
    const left =
      missed === 0 ? 'all results had been reached' : `${missed} of ${clauses.length} results were not reached`;
    lines.push(paint('red', `Interrupted: ${left}.`));
    // A run that was killed has judged nothing, but may have recorded much.
    if (missed === clauses.length) lines.push(`What it recorded: ./trapline report ${folder} --judge`);
  }
  const closing = `${clauses.length} results in ${report.cells.length} ${report.cells.length === 1 ? 'cell' : 'cells'}: ${countVerdicts(clauses) || 'nothing was judged'}; ${countOutcomes(clauses)}.`;
  lines.push(...wrap(closing, width), `Run: ${folder}`);
  lines.push(`Next: ./trapline report ${folder} --format markdown   (or arch-support, html, junit, ktap, json)`);
  if (unexpected > 0) lines.push('      the line "again" of a clause above shows that clause once more');
  return `${lines.join('\n')}\n`;
}
