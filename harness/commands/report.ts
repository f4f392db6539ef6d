// SPDX-License-Identifier: MIT
// report: a run rendered again from its folder.
import { type Format, readReport, renderers, summarise } from '../report/index.ts';
import { judgeAgain, reportFile } from '../run/again.ts';
import { print, screen } from './session.ts';

export async function report(folder: string, options: { format: Format; judge?: boolean }): Promise<void> {
  const stored = await readReport(reportFile(folder));
  const cells = options.judge ? await judgeAgain(stored, folder) : stored.cells;
  const shown = options.judge ? { ...stored, cells, summary: summarise(cells) } : stored;
  print(renderers[options.format](shown, { ...screen(), folder }));
}
