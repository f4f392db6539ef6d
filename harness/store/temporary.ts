// SPDX-License-Identifier: MIT
// Write-then-rename: whatever has its final name is whole. What a killed process left half-made carries that
// process's id in its name, and the next one to come along removes it.
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeFolders } from '../config/folders.ts';
import { infrastructureFailure } from '../outcome/failure.ts';

/** Clock ticks since boot at which a process started: tells a process from a later one of the same id. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may contain anything; fields are counted behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** A fresh name beside `target`, on the same file system, that `sweepTemporary` recognises. */
export function temporaryName(target: string): string {
  const unique = randomBytes(4).toString('hex');
  const owner = `${process.pid}-${startOf(process.pid) ?? '0'}`;
  return path.join(path.dirname(target), `.tmp-${owner}-${unique}-${path.basename(target)}`);
}

/** Removes what dead processes left half-made in a folder. */
export async function sweepTemporary(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, pid, start] = /^\.tmp-(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || startOf(Number(pid)) === start) continue;
    await removeTree(path.join(folder, name));
  }
}

/** Removes a folder with all it holds, missing or not. */
export async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export function writeFileAtomically(file: string, content: string | Uint8Array): void {
  makeFolders(path.dirname(file));
  const temporary = temporaryName(file);
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Fills a new folder and gives it its name when it is whole; one that lies there already is replaced.
 * When `fill` throws, nothing is left.
 */
export async function installFolder(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  makeFolders(path.dirname(target));
  const temporary = temporaryName(target);
  mkdirSync(temporary);
  try {
    await fill(temporary);
    if (existsSync(target)) {
      const old = temporaryName(target);
      renameSync(target, old);
      renameSync(temporary, target);
      await removeTree(old);
    } else {
      renameSync(temporary, target);
    }
  } catch (error) {
    await removeTree(temporary);
    throw error;
  }
}

const SCRATCH = 'trapline-scratch-';

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  try {
    return work(tmpdir());
  } catch (error) {
    throw infrastructureFailure(
      'no-temporary-folder',
      `the folder for temporary files, ${tmpdir()}, cannot be used: ${(error as Error).message}`,
      'Set TMPDIR to a folder that can be written, on a disk with some space',
      error,
    );
  }
}

/**
 * A fresh folder in the system's temporary folder, which `withScratch` of a later process removes if we cannot.
 * @throws Failure `no-temporary-folder`
 */
export function makeScratch(): string {
  const name = `${SCRATCH}${process.pid}-${startOf(process.pid) ?? '0'}-`;
  return inTemporaryFolder((folder) => mkdtempSync(path.join(folder, name)));
}

const inUse = new Set<string>();
let exitHook = false;

/** For a process that ends without waiting, as by a second Ctrl-C: then nobody comes to the end of `withScratch`. */
function removeAtExit(folder: string): void {
  inUse.add(folder);
  if (exitHook) return;
  exitHook = true;
  process.on('exit', () => {
    for (const left of inUse) {
      try {
        rmSync(left, { recursive: true, force: true });
      } catch {
        // Something that dies with us may still write there: the next `withScratch` removes it.
      }
    }
  });
}

/**
 * Runs work with a folder of its own in the system's temporary folder; removed however the work ends.
 * Those of harnesses that were killed are removed first. @throws Failure `no-temporary-folder`
 */
export async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  for (const name of inTemporaryFolder((all) => readdirSync(all))) {
    const [, pid, start] = /^trapline-scratch-(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && startOf(Number(pid)) !== start) await removeTree(path.join(tmpdir(), name));
  }
  const folder = makeScratch();
  removeAtExit(folder);
  try {
    return await work(folder);
  } finally {
    await removeTree(folder);
    inUse.delete(folder);
  }
}
