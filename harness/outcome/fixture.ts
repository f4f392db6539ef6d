// SPDX-License-Identifier: MIT
// Parts of a report for tests: one result, one cell, and a run of them.
import type { CellReport, ClauseResult, RunReport } from './report.ts';
import { outcomeOf } from './verdict.ts';

export function clauseResult(id: string, changes: Partial<ClauseResult> = {}): ClauseResult {
  const verdict = changes.verdict ?? 'conforms';
  const expected = changes.expected ?? 'conforms';
  return {
    id,
    behaviour: Number(id[0]),
    title: `what clause ${id} says`,
    trigger: 'hw-breakpoint',
    mechanism: 'sigtrap',
    verdict,
    expected,
    outcome: outcomeOf(verdict, expected),
    reason: verdict === 'conforms' ? '' : `reason of ${id}`,
    observed: { hits: 3, pc: '0x401000' },
    seconds: 0.25,
    reproduce: `./trapline reproduce results/r1 ${id} --arch x86_64`,
    ...changes,
  };
}

export function cellReport(arch: string, label: string, clauses: ClauseResult[]): CellReport {
  return {
    arch,
    kernel: { label, selector: label, version: '6.1.192', fingerprint: 'abc123' },
    emulator: { version: 'QEMU 7.2', machine: 'microvm', cpu: 'max', accel: 'tcg' },
    boot: { outcome: 'booted', seconds: 0.9 },
    folder: `${arch}-${label}`,
    machines: 1,
    seconds: 41.5,
    clauses,
  };
}

/** Without a summary. */
export function reportOf(cells: CellReport[]): RunReport {
  return {
    schema: 'trapline-report/1',
    run: { id: 'r1', startedAt: '2025-01-02T03:04:05.000Z', command: './trapline run', host: {}, complete: true },
    cells,
    summary: {},
  };
}
