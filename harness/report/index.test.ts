// SPDX-License-Identifier: MIT
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fullReport, hostileReport } from './fixture.ts';
import { FORMATS, readReport, renderers, writeRunFiles } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trapline-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each(FORMATS)('%s is the same text each time, and leaves the report alone', (format) => {
  const report = hostileReport();
  expect(renderers[format](report)).toBe(renderers[format](report));
  expect(report).toEqual(hostileReport());
});

it('writes the three files, nothing else, and replaces what was there', async () => {
  const run = path.join(folder, 'results', 'r1');
  await writeRunFiles(run, hostileReport());
  await writeRunFiles(run, fullReport());
  expect((await readdir(run)).sort()).toEqual(['junit.xml', 'ktap.log', 'report.json']);
  expect(await readReport(path.join(run, 'report.json'))).toEqual(fullReport());
  expect(await readFile(path.join(run, 'junit.xml'), 'utf8')).toBe(renderers.junit(fullReport()));
  expect(await readFile(path.join(run, 'ktap.log'), 'utf8')).toBe(renderers.ktap(fullReport()));
});

it('says in a failure where it could not write', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(writeRunFiles(file, fullReport())).rejects.toMatchObject({ name: 'run-folder-unwritable', exitCode: 3 });
});
