// SPDX-License-Identifier: MIT
// A run's folder: everything that is needed to see the run again.
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { makeFolders } from '../config/folders.ts';
import { canGoBack, type Execution } from '../machine/recording.ts';
import { Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { statIfThere } from '../store/stat.ts';

export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

/** `2026-11-22-201530-4711`: sorts by time; the process id keeps two runs of one second apart. */
function newId(now: Date): string {
  const [day = '', time = ''] = now.toISOString().split('T');
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}-${process.pid}`;
}

/** Lies in a run's folder until the process ends: until there are results, nothing else says that it is somebody's. */
const CLAIM = '.claim';

/** Is the folder ours alone? First the claim, then the look: of two runs at once only one can make the file. */
function claim(folder: string): boolean {
  if (readdirSync(folder).length > 0) return false;
  const file = path.join(folder, CLAIM);
  try {
    closeSync(openSync(file, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  const alone = readdirSync(folder).length === 1;
  if (alone) process.once('exit', () => rmSync(file, { force: true }));
  else rmSync(file);
  return alone;
}

const taken = (folder: string, how: string, remedy: string): Failure =>
  requestFailure('results-folder-exists', `${folder} exists already and is ${how}`, remedy);

const notEmpty = (folder: string, option: string): Failure =>
  taken(folder, 'not empty', `Results are never overwritten. Name another with ${option}, or remove it`);

/** Can results go there? To be asked before long work. @throws Failure `results-folder-exists` */
export function demandFreshFolder(named: string, option: string): void {
  const folder = path.resolve(named);
  const stat = statIfThere(folder);
  if (stat === undefined) return;
  if (!stat.isDirectory()) throw taken(folder, 'no folder', `Name another with ${option}`);
  if (readdirSync(folder).length > 0) throw notEmpty(folder, option);
}

/**
 * Makes the folder; without a name it is results/<id>. `option` is what names it, for the messages. `pointLatest` is for when there is something in it.
 * @throws Failure `results-folder-exists`, `results-folder-unwritable`
 */
export function makeRunFolder(named: string | undefined, now: Date, option = '--out'): RunFolder {
  const id = newId(now);
  const folder = named ? path.resolve(named) : path.resolve('results', id);
  const another = `Name another with ${option}`;
  try {
    demandFreshFolder(folder, option);
    makeFolders(folder);
    if (!claim(folder)) throw notEmpty(folder, option);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw infrastructureFailure(
      'results-folder-unwritable',
      `the folder ${folder} cannot be made: ${(error as Error).message}`,
      another,
      error,
    );
  }
  return { id, path: folder };
}

/** Takes a run's folder away again when the run came to nothing: unless a file besides its first report is in it. */
export function discardEmpty(folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  if (!entries.every((entry) => entry.isDirectory() || ['report.json', CLAIM].includes(entry.name))) return;
  rmSync(folder, { recursive: true });
  const results = path.resolve('results');
  if (path.dirname(folder) === results && readdirSync(results).length === 0) rmdirSync(results);
}

/** Makes results/latest point at a run that has a report. */
export function pointLatest({ id, path: folder }: RunFolder): void {
  const results = path.dirname(folder);
  if (results !== path.resolve('results') || path.basename(folder) !== id) return;
  const fresh = path.join(results, `.latest-${process.pid}`);
  rmSync(fresh, { force: true });
  symlinkSync(id, fresh);
  renameSync(fresh, path.join(results, 'latest'));
}

/** Folder of one cell, relative to the run's and absolute. */
export function makeCellFolder(run: RunFolder, arch: string, label: string): { relative: string; absolute: string } {
  const relative = path.join(arch, label);
  const absolute = path.join(run.path, relative);
  mkdirSync(absolute, { recursive: true });
  return { relative, absolute };
}

export function keepConfig(config: string, cellFolder: string): void {
  if (existsSync(config)) copyFileSync(config, path.join(cellFolder, 'kernel.config'));
}

/** Name of a machine's file in its cell's folder: the first one's has no number. */
export const machineFile = (name: string, extension: string, machine: number): string =>
  machine === 1 ? `${name}.${extension}` : `${name}-${machine}.${extension}`;

/** What is recorded of a machine, or was, in its cell's folder. */
export const executionIn = (
  { mode, folder }: { readonly mode: Execution['mode']; readonly folder: string },
  architecture: Architecture,
  machine: number,
): Execution => ({
  mode,
  file: path.join(folder, machineFile('recording', 'bin', machine)),
  snapshot: canGoBack(architecture) ? path.join(folder, machineFile('snapshot', 'qcow2', machine)) : undefined,
});
