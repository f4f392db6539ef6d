// SPDX-License-Identifier: MIT
// report.json: written, and read back with its schema.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { requestFailure } from '../outcome/failure.ts';
import { type RunReport, runReportSchema } from '../outcome/report.ts';
import { oneLine, visible } from './escape.ts';

/** JSON.stringify spells control characters and lone surrogates as escapes: any guest text survives the way back. */
export function renderJson(report: RunReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

function unreadable(file: string, wrong: string) {
  return requestFailure(
    'report-unreadable',
    `${visible(file)}: ${oneLine(wrong, 300)}`,
    'Name the folder of a run that finished (results/latest is the newest)',
  );
}

/**
 * @param file where the text is from, for the message
 * @throws Failure `report-unreadable`, saying what is wrong and where in the document
 */
export function parseReport(text: string, file: string): RunReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(file, `no JSON: ${(error as Error).message}`);
  }
  const parsed = runReportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'the document' : z.core.toDotPath(first.path);
  const more = parsed.error.issues.length > 1 ? ` (and ${parsed.error.issues.length - 1} more)` : '';
  throw unreadable(file, `${where}: ${first?.message ?? 'not a report'}${more}`);
}

/** @throws Failure `report-unreadable` */
export async function readReport(file: string): Promise<RunReport> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  return parseReport(text, file);
}
