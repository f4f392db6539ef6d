// SPDX-License-Identifier: MIT
// KTAP version 1 (the kernel's Documentation/dev-tools/ktap.rst): a subtest for each cell, in it one for each clause.
import { crashTitle } from '../outcome/crash.ts';
import { type CellReport, type ClauseResult, isUnexpected, type RunReport, wasReached } from '../outcome/report.ts';
import { EXERCISED } from '../outcome/verdict.ts';
import { compactValues, ktapText, oneLine } from './escape.ts';
import {
  cellLine,
  cellName,
  clauseName,
  countVerdicts,
  OUTCOME_WORDS,
  verdictAgainstExpected,
  whyExpected,
} from './wording.ts';

const line = (text: string): string => ktapText(oneLine(text, 500));

/** TIMEOUT and ERROR are KTAP's own words for a test without an answer; `not ok` goes with both. */
function failureDirective(clause: ClauseResult): string {
  if (clause.verdict === 'hung') return 'TIMEOUT ';
  return clause.verdict === 'crashed' || clause.verdict === 'not-run' ? 'ERROR ' : '';
}

/**
 * A clause that does not conform, as expected, is SKIP even where it was exercised and deviates. KTAP has XFAIL for
 * that, but a parser that does not know XFAIL (TAP's do not) falls back to a plain `ok`: it would look like success.
 */
function clauseLines(clause: ClauseResult, number: number): string[] {
  const name = line(`${clauseName(clause)} ${clause.title}`);
  if (!wasReached(clause)) return [`ok ${number} ${name} # SKIP ${line(`not-run: ${clause.reason}`)}`];
  if (clause.outcome === 'expected') {
    if (clause.verdict === 'conforms') return [`ok ${number} ${name}`];
    const kind = EXERCISED.has(clause.verdict) ? 'XFAIL ' : '';
    return [`ok ${number} ${name} # SKIP ${kind}${line(`${verdictAgainstExpected(clause)}: ${whyExpected(clause)}`)}`];
  }
  const outcome = `${OUTCOME_WORDS[clause.outcome]}: ${verdictAgainstExpected(clause)}`;
  return [
    ...(clause.reason ? [`# ${line(`${clause.id} reason: ${clause.reason}`)}`] : []),
    ...(clause.expectation ? [`# ${line(`${clause.id} expected: ${clause.expectation}`)}`] : []),
    ...(clause.crashes ?? []).map((crash) => `# ${line(`${clause.id} kernel: ${crashTitle(crash)}`)}`),
    `# ${line(`${clause.id} seen: ${compactValues(clause.observed, 400)}`)}`,
    `# ${line(`${clause.id} again: ${clause.reproduce}`)}`,
    `not ok ${number} ${name} # ${failureDirective(clause)}${line(outcome)}`,
  ];
}

function cellLines(cell: CellReport, number: number): string[] {
  const name = line(cellName(cell));
  if (cell.clauses.length === 0) return [`not ok ${number} ${name} # ERROR no verdict: ${line(cellLine(cell))}`];
  const inner = ['KTAP version 1', `1..${cell.clauses.length}`, `# ${line(cellLine(cell))}`];
  cell.clauses.forEach((clause, index) => {
    inner.push(...clauseLines(clause, index + 1));
  });
  const failed = cell.clauses.some(isUnexpected);
  const counts = countVerdicts(cell.clauses);
  // "Skipped" where no clause conforms: the cell as a whole is no success either.
  const skipped = !failed && !cell.clauses.some((clause) => clause.verdict === 'conforms');
  return [
    ...inner.map((text) => `  ${text}`),
    `${failed ? 'not ok' : 'ok'} ${number} ${name} # ${skipped ? 'SKIP ' : ''}${counts}`,
  ];
}

export function renderKtap(report: RunReport): string {
  const lines = ['KTAP version 1', `1..${report.cells.length}`];
  if (!report.run.complete) lines.push('# interrupted: clauses that were not reached are skipped');
  report.cells.forEach((cell, index) => {
    lines.push(...cellLines(cell, index + 1));
  });
  return `${lines.join('\n')}\n`;
}
