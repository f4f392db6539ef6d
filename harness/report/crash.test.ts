// SPDX-License-Identifier: MIT
// What a kernel said, in every format: with the clause, and with the boot.
import { expect, test } from 'vitest';
import type { Crash } from '../outcome/crash.ts';
import { cellReport, clauseResult, HOSTILE, runReport } from './fixture.ts';
import { renderHtml } from './html.ts';
import { parseReport, renderers } from './index.ts';

const crash: Crash = {
  kind: 'null-dereference',
  severity: 'oops',
  line: 'BUG: kernel NULL pointer dereference, address: 0000000000000000',
  task: { name: 'probe', pid: 71 },
  at: { symbol: 'perf_pending+0x1c/0x40', places: ['kernel/events/core.c:6482 (perf_pending)'] },
  trace: [{ symbol: 'task_work_run+0x50/0x80' }, { symbol: 'stale+0x1/0x2', unsure: true }],
  text: `BUG: kernel NULL pointer dereference\n~~~\n${HOSTILE}`,
};
const TITLE = 'NULL dereference at kernel/events/core.c:6482 (perf_pending), in probe';

const cell = cellReport('x86_64', 'with', [
  clauseResult('3.5', { verdict: 'crashed', reason: 'the guest was lost', crashes: [crash] }),
]);
const dead = cellReport('arm64', 'with', [clauseResult('3.5', { verdict: 'not-run' })]);
dead.boot = { outcome: 'panic', seconds: 1, crashes: [{ ...crash, kind: 'no-init', severity: 'panic' }] };
const report = runReport([cell, dead]);

test('terminal', () => {
  const text = renderers.terminal(report);
  expect(text).toContain(`kernel   ${TITLE}`);
  expect(text).toContain('The kernel fell over, or complained: 2');
  expect(text).toContain('arm64/with at boot: no init at kernel/events/core.c:6482 (perf_pending), in probe');
  expect(text).toContain('? stale+0x1/0x2');
});

test('markdown: the words of the kernel end no block', () => {
  const text = renderers.markdown(report);
  expect(text).toContain('### x86\\_64/with at boot'.replace('x86\\_64', 'arm64'));
  expect(text.match(/^~~~$/gm)).toHaveLength(4);
  expect(text).toContain('at perf_pending+0x1c/0x40  kernel/events/core.c:6482 (perf_pending)');
  expect(text).not.toContain('\x1b');
});

test('junit and ktap have the title; json has it all', () => {
  expect(renderers.junit(report)).toContain(TITLE);
  expect(renderers.ktap(report)).toContain(`3.5 kernel: ${TITLE}`);
  expect(parseReport(renderers.json(report), 'report.json').cells[0]?.clauses[0]?.crashes?.[0]?.trace).toEqual(
    crash.trace,
  );
});

test('html: title, trace and text stand in the data of the cell', () => {
  const page = renderHtml(report, { style: '', script: '' });
  expect(page).toContain(`"title":"${TITLE}"`);
  expect(page).toContain('"trace":"at perf_pending+0x1c/0x40');
  expect(page).not.toContain('<a x=');
});
