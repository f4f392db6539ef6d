// SPDX-License-Identifier: MIT
// Synthetic reports for the tests beside this file: every clause of the specification, whatever verdict is asked for.
import { cellReport, clauseResult, reportOf } from '../outcome/fixture.ts';
import type { CellReport, ClauseResult, RunReport } from '../outcome/report.ts';
import { summarise } from './summary.ts';

export { cellReport, clauseResult };

/** How many clauses each behaviour of the specification has. */
const CLAUSE_COUNTS = [16, 12, 10, 9, 9, 9] as const;
export const CLAUSE_IDS: readonly string[] = CLAUSE_COUNTS.flatMap((count, index) =>
  Array.from({ length: count }, (_, clause) => `${index + 1}.${clause + 1}`),
);

/** Text as a malicious guest would print it: every format's delimiters and what a terminal obeys. */
export const HOSTILE =
  'a\x1b[2J\x1b]0;owned\x07\u009b31m\0\b\r\nok 99 forged # SKIP no\tc ]]> </failure><x a="1" b=\'2\'> &amp; | `code` ' +
  '*bold* _it_ [l](javascript:1) <script> \\| # SKIP # TODO \ud800 \u202egnp.exe \u2028 \ufffe 1..7';

export function runReport(cells: CellReport[]): RunReport {
  return { ...reportOf(cells), summary: summarise(cells) };
}

/**
 * Two cells with every clause. x86_64/with: 1.6 unsupported as expected, 3.9 deviates as expected, 4.2 deviates
 * unexpectedly, 5.4 an unexpected pass, 4.6–4.9 of another architecture, 2.6 hung, and other mechanisms on 3.1.
 * x86_64/without: everything absent, as expected.
 */
export function fullReport(): RunReport {
  const other = 'not defined for x86_64: it has no next program counter';
  const special: Record<string, Partial<ClauseResult>> = {
    '1.6': { verdict: 'unsupported', expected: 'unsupported', expectation: 'DR7 has no read-only type (SDM 18.2.4)' },
    '2.6': { verdict: 'hung', reason: 'no answer within 20 s' },
    '3.9': { verdict: 'deviates', expected: 'deviates', expectation: 'known of 6.1' },
    '4.2': { verdict: 'deviates', reason: 'PC is 0x401004, the breakpoint 0x401000' },
    '5.4': { expected: 'deviates', expectation: 'the resume flag leaks' },
    ...Object.fromEntries(
      ['4.6', '4.7', '4.8', '4.9'].map((id) => [id, { verdict: 'not-run', expected: 'not-run', reason: other }]),
    ),
  };
  const compared = (['fasync', 'poll', 'ptrace'] as const).map((mechanism) =>
    mechanism === 'poll'
      ? clauseResult('3.1', { mechanism, verdict: 'deviates', expected: 'deviates', reason: 'the thread went on' })
      : clauseResult('3.1', { mechanism }),
  );
  const control = clauseResult('4.3', { trigger: 'trap-instruction', mechanism: 'none' });
  const without = CLAUSE_IDS.map((id) =>
    clauseResult(id, {
      verdict: 'absent',
      expected: 'absent',
      reason: 'EINVAL',
      expectation: 'the feature is not there',
    }),
  );
  return runReport([
    cellReport('x86_64', 'with', [...CLAUSE_IDS.map((id) => clauseResult(id, special[id])), ...compared, control]),
    cellReport('x86_64', 'without', without),
  ]);
}

/** Hostile text in every field that a guest, a kernel or a label can reach. */
export function hostileReport(): RunReport {
  const text = {
    title: HOSTILE,
    reason: HOSTILE,
    expectation: HOSTILE,
    observed: { [HOSTILE]: HOSTILE, n: [HOSTILE] },
  };
  const cell = cellReport('x86_64', HOSTILE, [
    clauseResult('1.1', { ...text, reason: '' }),
    clauseResult('4.2', { ...text, verdict: 'deviates', reproduce: `./trapline ${HOSTILE}` }),
    clauseResult('4.7', { ...text, verdict: 'deviates', expected: 'deviates' }),
    clauseResult('5.1', { ...text, verdict: 'absent', expected: 'absent' }),
    clauseResult('6.1', { ...text, verdict: 'crashed' }),
  ]);
  cell.kernel.version = HOSTILE;
  cell.boot.outcome = HOSTILE;
  const report = runReport([cell]);
  report.run.command = HOSTILE;
  return report;
}
