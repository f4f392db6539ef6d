// SPDX-License-Identifier: MIT
// The files of a run's folder that are made from its report.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { infrastructureFailure } from '../outcome/failure.ts';
import type { RunReport } from '../outcome/report.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderKtap } from './ktap.ts';

/** Whoever reads the folder at any moment finds the old file or the new one, never half of one. */
async function replaceFile(file: string, text: string): Promise<void> {
  const half = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(half, text);
    await rename(half, file);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

/** Writes report.json alone: the first one of a run, which holds until there are verdicts. @throws as `writeRunFiles` */
export async function writeReport(folder: string, report: RunReport): Promise<void> {
  await writeFiles(folder, { 'report.json': renderJson }, report);
}

/**
 * Writes report.json, junit.xml and ktap.log; the folder is made when missing.
 * @throws Failure `run-folder-unwritable`
 */
export async function writeRunFiles(folder: string, report: RunReport): Promise<void> {
  await writeFiles(folder, { 'junit.xml': renderJunit, 'ktap.log': renderKtap, 'report.json': renderJson }, report);
}

async function writeFiles(
  folder: string,
  files: Readonly<Record<string, (report: RunReport) => string>>,
  report: RunReport,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, render] of Object.entries(files)) await replaceFile(path.join(folder, name), render(report));
  } catch (error) {
    throw infrastructureFailure(
      'run-folder-unwritable',
      `cannot write the report to ${folder}: ${(error as Error).message}`,
      'Make room there, or name another folder with --out',
      error,
    );
  }
}
