// SPDX-License-Identifier: MIT
// report: a run rendered again from its folder.

import { readFileSync } from 'node:fs';
import { inProject } from '../config/paths.ts';
import type { CellReport, RunReport } from '../outcome/report.ts';
import { interrupted } from '../process/command.ts';
import { renderHtml } from '../report/html.ts';
import { type Format, readReport, renderers, summarise } from '../report/index.ts';
import { judgeAgain, reportFile } from '../run/again.ts';
import { pageMaterial } from '../run/page-material.ts';
import { writeNamedFile } from '../store/named-file.ts';
import { print, screen, withSession } from './session.ts';

export interface ReportOptions {
  format: Format | 'html';
  judge?: boolean;
  output?: string;
}

const asset = (name: string): string => readFileSync(inProject('harness/report/page', name), 'utf8');
const assets = () => ({ style: asset('page.css'), script: asset('page.js') });

/** As a run judges: Ctrl-C leaves nothing behind. */
async function judgedInSession(stored: RunReport, folder: string): Promise<CellReport[]> {
  return withSession(async ({ signal }) => {
    const cells = await judgeAgain(stored, folder);
    if (signal.aborted) throw interrupted('report');
    return cells;
  });
}

export async function report(folder: string, options: ReportOptions): Promise<void> {
  const stored = await readReport(reportFile(folder));
  const cells = options.judge ? await judgedInSession(stored, folder) : stored.cells;
  const shown = options.judge ? { ...stored, cells, summary: summarise(cells) } : stored;
  const text =
    options.format === 'html'
      ? renderHtml(shown, assets(), await pageMaterial(cells, folder))
      : renderers[options.format](shown, { ...screen(), folder });
  if (options.output === undefined) return print(text);
  await writeNamedFile(options.output, (into) => into.writeFile(text));
  print(`written: ${options.output}`);
}
