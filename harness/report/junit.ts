// SPDX-License-Identifier: MIT
// JUnit XML: a suite for each cell, a case for each clause result. Only an expected `conforms` is a plain case.
import { crashTitle, crashTrace } from '../outcome/crash.ts';
import { type CellReport, type ClauseResult, type RunReport, wasReached } from '../outcome/report.ts';
import type { Verdict } from '../outcome/verdict.ts';
import { compactValues, oneLine, xmlText } from './escape.ts';
import { cellLine, cellName, clauseName, OUTCOME_WORDS, verdictAgainstExpected, whyExpected } from './wording.ts';

const LONGEST_OBSERVED = 4000;

/** JUnit's `error`: the test came to no answer, as against `failure`, a wrong one. */
const NO_ANSWER: ReadonlySet<Verdict> = new Set(['hung', 'crashed', 'not-run']);

type Kind = 'plain' | 'skipped' | 'failure' | 'error';

function kindOf(clause: ClauseResult): Kind {
  if (!wasReached(clause)) return 'skipped';
  if (clause.outcome === 'expected') return clause.verdict === 'conforms' ? 'plain' : 'skipped';
  return NO_ANSWER.has(clause.verdict) ? 'error' : 'failure';
}

const attributes = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');

const seconds = (value: number): string => value.toFixed(3);

function totals(clauses: readonly ClauseResult[]) {
  const count = (kind: Kind) => clauses.filter((clause) => kindOf(clause) === kind).length;
  return { tests: clauses.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function testcase(cell: CellReport, clause: ClauseResult): string[] {
  const kind = kindOf(clause);
  const open = `    <testcase${attributes({
    classname: `${cellName(cell)}.${clause.behaviour}`,
    name: `${clauseName(clause)} ${clause.title}`,
    time: seconds(clause.seconds ?? 0),
  })}`;
  if (kind === 'plain') return [`${open}/>`];
  if (kind === 'skipped') {
    const message = `${verdictAgainstExpected(clause)}: ${whyExpected(clause)}`;
    return [`${open}>`, `      <skipped${attributes({ message: oneLine(message, 1000) })}/>`, '    </testcase>'];
  }
  const message = `${OUTCOME_WORDS[clause.outcome]}: ${verdictAgainstExpected(clause)}${clause.reason ? `: ${clause.reason}` : ''}`;
  const body = [
    clause.expectation ? `expected: ${clause.expectation}` : '',
    `seen: ${compactValues(clause.observed, LONGEST_OBSERVED)}`,
    ...(clause.crashes ?? []).flatMap((crash) => [`kernel: ${crashTitle(crash)}`, ...crashTrace(crash)]),
    `again: ${clause.reproduce}`,
  ].filter((line) => line !== '');
  return [
    `${open}>`,
    `      <${kind}${attributes({ message: oneLine(message, 1000), type: clause.verdict })}>${body.map(xmlText).join('\n')}</${kind}>`,
    '    </testcase>',
  ];
}

function testsuite(cell: CellReport, report: RunReport): string[] {
  const properties = {
    kernel: cell.kernel.version,
    selector: cell.kernel.selector,
    fingerprint: cell.kernel.fingerprint,
    emulator: `${cell.emulator.version} ${cell.emulator.machine} ${cell.emulator.cpu} ${cell.emulator.accel}`,
    boot: cell.boot.outcome,
  };
  return [
    `  <testsuite${attributes({
      name: cellName(cell),
      ...totals(cell.clauses),
      time: seconds(cell.seconds),
      timestamp: report.run.startedAt,
    })}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cell.clauses.flatMap((clause) => testcase(cell, clause)),
    ...(cell.clauses.length === 0 ? [`    <system-err>no verdict: ${xmlText(cellLine(cell))}</system-err>`] : []),
    '  </testsuite>',
  ];
}

export function renderJunit(report: RunReport): string {
  const clauses = report.cells.flatMap((cell) => cell.clauses);
  const time = report.cells.reduce((sum, cell) => sum + cell.seconds, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `trapline ${report.run.id}`, ...totals(clauses), time: seconds(time) })}>`,
    ...report.cells.flatMap((cell) => testsuite(cell, report)),
    '</testsuites>',
    '',
  ].join('\n');
}
