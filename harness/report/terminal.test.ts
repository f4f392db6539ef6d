// SPDX-License-Identifier: MIT
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NOT_REACHED } from '../outcome/report.ts';
import { columnsOf } from './escape.ts';
import { cellReport, clauseResult, fullReport, hostileReport, runReport } from './fixture.ts';
import { FORMATS } from './index.ts';
import { renderJunit } from './junit.ts';
import { renderKtap } from './ktap.ts';
import { renderTerminal } from './terminal.ts';

const plain = { colour: false, width: 100 };

describe('the full report', () => {
  const text = renderTerminal(fullReport(), plain);

  it('has a row for each behaviour with a verdict and a count for each cell', () => {
    expect(text).toMatch(/^1 four pinned breakpoint registers +unsupported 15\/16 +absent 0\/16$/m);
    expect(text).toMatch(/^4 from the triggering PC to the handler +deviates 4\/5 ! +absent 0\/9$/m);
    expect(text).toMatch(/^6 the thread goes on at the new PC +conforms 9\/9 +absent 0\/9$/m);
  });
  it('has the other mechanisms, and no success where nothing was tried', () => {
    expect(text).toMatch(/^3 fasync +1\/1 +–$/m);
    expect(text).toMatch(/^3 poll +0\/1 +–$/m);
    expect(text).toMatch(/^4 no perf \(control\) +1\/1 +–$/m);
  });
  it('shows each clause that is not as expected, with verdict, reason, values and command', () => {
    const block = text.slice(text.indexOf('x86_64/with 4.2'), text.indexOf('x86_64/with 5.4'));
    expect(block).toContain('unexpected failure');
    expect(block).toContain('deviates, expected conforms');
    expect(block).toContain('PC is 0x401004, the breakpoint 0x401000');
    expect(block).toContain('hits=3 pc=0x401000');
    expect(block).toContain('./trapline reproduce results/r1 4.2 --arch x86_64\n');
    expect(text).toContain('x86_64/with 5.4 (hw-breakpoint, sigtrap)  unexpected pass');
    expect(text).toContain('Not as expected: 3\n');
  });
  it('has a line for each expected deviation, and one for those of one cause', () => {
    const flat = text.replace(/\s+/g, ' ');
    expect(flat).toContain('sigtrap (hw-breakpoint), x86_64/with: 3.9: deviates known of 6.1');
    expect(flat).toContain('sigtrap (hw-breakpoint), x86_64/with: 4.6-4.9: not-run not defined for x86_64');
    expect(flat).toContain(
      'sigtrap (hw-breakpoint), x86_64/without: 1.1-1.16 2.1-2.12 3.1-3.10 4.1-4.9 5.1-5.9 6.1-6.9: absent the feature',
    );
    expect(text).toContain('Expected, and not conforming: 72\n');
  });
  it('closes with counts, the folder and what to do next', () => {
    expect(text.replaceAll('\n', ' ')).toContain('134 results in 2 cells: 60 conforms, 3 deviates, 65 absent');
    expect(text).toContain('./trapline report results/r1 --format markdown');
    expect(renderTerminal(fullReport(), { ...plain, folder: '/tmp/mine' })).toContain('Run: /tmp/mine\n');
  });
  it('says the same with colour as without, and has none unless asked', () => {
    const coloured = renderTerminal(fullReport(), { ...plain, colour: true });
    expect(coloured).not.toBe(text);
    expect(stripVTControlCharacters(coloured)).toBe(text);
    expect(text).not.toContain('\x1b');
  });
});

it.each([40, 60, 80, 200])('keeps tables within %i columns by beginning another', (width) => {
  const cells = ['x86_64', 'arm64', 'sparc64'].flatMap((arch) =>
    ['with', 'without'].map((label) =>
      cellReport(arch, label, [clauseResult('1.1'), clauseResult('3.1', { mechanism: 'poll' })]),
    ),
  );
  const text = renderTerminal(runReport(cells), { colour: false, width });
  const rows = text.split('\n').filter((line) => /^\d /.test(line));
  if (width >= 80) for (const row of rows) expect(columnsOf(row)).toBeLessThanOrEqual(width);
  const judged = rows.filter((row) => row.startsWith('1 '));
  expect(judged.join(' ').match(/conforms 1\/1/g)).toHaveLength(6);
  expect(judged).toHaveLength(width === 200 ? 1 : judged.length);
  if (width === 80) expect(judged.length).toBeGreaterThan(1);
});

it('shows a dash where a behaviour was not asked for', () => {
  const text = renderTerminal(runReport([cellReport('a', 'b', [clauseResult('4.1')])]), plain);
  expect(text).toMatch(/^5 the handler changes PC \(and nPC\) +–$/m);
});

it('names every other format at its end', () => {
  const [next = ''] = /^Next: .*$/m.exec(renderTerminal(fullReport(), { colour: false, width: 120 })) ?? [];
  for (const format of [...FORMATS, 'html'].filter((one) => one !== 'terminal')) expect(next).toContain(format);
});

it('does not say of a run that was killed that it did not boot: nobody knows', () => {
  const report = fullReport();
  report.run.complete = false;
  for (const cell of report.cells) Object.assign(cell, { boot: { outcome: 'killed', seconds: 0 }, machines: 0 });
  const text = renderTerminal(report, { colour: false, width: 300 });
  expect(text).toContain('the run was killed: what booted and ran is in its records');
  expect(text).not.toMatch(/did not boot|0 machines/);
});

it('says that a run is incomplete, and that a cell did not boot', () => {
  const report = fullReport();
  report.run.complete = false;
  for (const cell of report.cells) cell.boot.outcome = 'panic';
  const text = renderTerminal(report, { ...plain, width: 160 });
  expect(text).toContain('Interrupted');
  expect(text).toContain('did not boot: panic');
});

it('lets nothing that a guest printed reach the terminal, with or without colour', () => {
  const text = renderTerminal(hostileReport(), plain);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(text).not.toMatch(/^ok 99/m);
  const coloured = renderTerminal(hostileReport(), { ...plain, colour: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: only styles may be left of the escape sequences.
  expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(text);
});

it('renders a run without cells', () => {
  expect(renderTerminal(runReport([]), plain)).toContain('nothing was judged');
});

it('holds nothing against the kernel that an interrupted run did not reach', () => {
  const missed = clauseResult('4.2', { verdict: 'not-run', reason: `${NOT_REACHED} (Ctrl-C)` });
  const failed = clauseResult('4.3', { verdict: 'not-run', reason: 'the probe could not work' });
  const report = runReport([cellReport('a', 'b', [clauseResult('4.1'), missed, failed])]);
  report.run.complete = false;
  const text = renderTerminal(report, { colour: false, width: 100 });
  expect(text).toContain('Not as expected: 1\n');
  expect(text).not.toContain('! a/b 4.2');
  expect(text).toContain('Interrupted: 1 of 3 results were not reached.');
  expect(text).toMatch(/1 unexpected failure, 0 unexpected\s+passes, 1 not reached/);
  expect(parseJunitCounts(renderJunit(report))).toEqual({ errors: '1', skipped: '1' });
  expect(renderKtap(report)).toMatch(/^ {2}ok 2 .*# SKIP not-run: the run was interrupted/m);
});

const parseJunitCounts = (xml: string) => ({
  errors: /<testsuites[^>]* errors="(\d+)"/.exec(xml)?.[1],
  skipped: /<testsuites[^>]* skipped="(\d+)"/.exec(xml)?.[1],
});
