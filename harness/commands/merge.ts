// SPDX-License-Identifier: MIT
// merge: the runs of several machines as one.
import path from 'node:path';
import { EXIT, infrastructureFailure } from '../outcome/failure.ts';
import { isUnexpected } from '../outcome/report.ts';
import { readReport, renderers, writeRunFiles } from '../report/index.ts';
import { reportFile } from '../run/again.ts';
import { discardEmpty, makeRunFolder, pointLatest } from '../run/folder.ts';
import { mergeCells, type Part } from '../run/shard.ts';
import { reportOf } from './run-report.ts';
import { print, screen } from './session.ts';

export async function merge(runs: readonly string[], options: { out?: string }): Promise<void> {
  const parts: Part[] = [];
  for (const folder of runs) parts.push({ folder, report: await readReport(reportFile(folder)) });
  const started = new Date(Math.min(...parts.map(({ report }) => Date.parse(report.run.startedAt))));
  const folder = makeRunFolder(options.out, new Date());
  const complete = parts.every(({ report }) => report.run.complete);
  try {
    const report = reportOf(folder, started, mergeCells(parts, folder.path), complete);
    await writeRunFiles(folder.path, report);
    pointLatest(folder);
    print(renderers.terminal(report, { ...screen(), folder: options.out ?? path.relative('.', folder.path) }));
    if (report.cells.some((cell) => cell.clauses.some(isUnexpected))) process.exitCode = EXIT.notAsExpected;
  } catch (error) {
    discardEmpty(folder.path);
    throw error;
  }
  if (complete) return;
  throw infrastructureFailure(
    'run-incomplete',
    `not every run that was merged is complete: ${parts
      .filter(({ report }) => !report.run.complete)
      .map((part) => part.folder)
      .join(', ')}`,
    'Run that shard again, and merge again',
  );
}
