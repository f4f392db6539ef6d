// SPDX-License-Identifier: MIT
// report: a run rendered again from its folder.
import { type Format, readReport, renderers } from '../report/index.ts';
import { print, screen } from './session.ts';

export async function report(folder: string, options: { format: Format; judge?: boolean }): Promise<void> {
  const stored = await readReport(folder);
  const { runReport, folder: shown } = { runReport: stored, folder };
  print(renderers[options.format](runReport, { ...screen(), folder: shown }));
}
