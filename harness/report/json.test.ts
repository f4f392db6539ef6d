// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Failure } from '../outcome/failure.ts';
import { fullReport, hostileReport } from './fixture.ts';
import { parseReport, readReport, renderJson } from './json.ts';

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it.each([
  ['full', fullReport()],
  ['hostile', hostileReport()],
])('the %s report survives the way through a file, byte by byte', async (_, report) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'trapline-json-'));
  try {
    const file = path.join(folder, 'report.json');
    await writeFile(file, renderJson(report));
    expect(await readReport(file)).toEqual(report);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('names the file, the place and what is wrong', () => {
  const report = fullReport();
  const broken = { ...report, cells: [{ ...report.cells[0], boot: { outcome: 'booted' } }] };
  const failure = failureOf(() => parseReport(JSON.stringify(broken), 'results/x/report.json'));
  expect(failure).toMatchObject({ name: 'report-unreadable', exitCode: 2 });
  expect(failure.message).toContain('results/x/report.json: cells[0].boot.seconds');
});

it('refuses a verdict that it does not know', () => {
  const text = renderJson(fullReport()).replace('"verdict": "hung"', '"verdict": "fine"');
  expect(failureOf(() => parseReport(text, 'r')).message).toMatch(/verdict/);
});

it.each(['', '{"schema"', 'null', '[]', '{"schema":"trapline-report/2"}', '"\x1b[2J"'])(
  'refuses %j in one line',
  (text) => {
    const failure = failureOf(() => parseReport(text, 'r\n\x1b'));
    expect(failure.name).toBe('report-unreadable');
    expect(failure.message).not.toMatch(/\p{Cc}/u);
  },
);

it('refuses a file that is not there', async () => {
  await expect(readReport('/nonexistent/report.json')).rejects.toMatchObject({ name: 'report-unreadable' });
});
