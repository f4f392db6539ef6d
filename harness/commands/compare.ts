// SPDX-License-Identifier: MIT
// compare: two runs, and whether anything broke.
import { EXIT } from '../outcome/failure.ts';
import { compareReports, renderComparison, renderComparisonMarkdown } from '../report/compare.ts';
import { readReport } from '../report/index.ts';
import { reportFile } from '../run/again.ts';
import { print } from './session.ts';

export interface CompareOptions {
  format: 'text' | 'json' | 'markdown';
}

export async function compare(before: string, after: string, options: CompareOptions): Promise<void> {
  const comparison = compareReports(await readReport(reportFile(before)), await readReport(reportFile(after)));
  if (options.format === 'json') print(JSON.stringify({ schema: 'trapline-compare/1', ...comparison }, null, 2));
  else print(options.format === 'markdown' ? renderComparisonMarkdown(comparison) : renderComparison(comparison));
  if (comparison.broke.length > 0) process.exitCode = EXIT.notAsExpected;
}
