// SPDX-License-Identifier: MIT
// A file that the user named. It has its name when it is whole; but what lies there and is no plain file (a device, a
// FIFO) is written to, as every other program does, and a symbolic link leads to what it names.
import { constants, lstatSync, readlinkSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFolder } from '../config/folders.ts';
import { type Failure, requestFailure } from '../outcome/failure.ts';
import { diskFullFailure, isDiskFull, isUnwritable, unwritableFailure } from './disk.ts';
import { temporaryName } from './temporary.ts';

const isLink = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

const noFolder = (file: string, why: string): Failure =>
  requestFailure(
    'no-such-folder',
    `${file} cannot be made: ${why}`,
    'Make its folder first (mkdir -p), or name another',
  );

/** The file behind all links, which need not be there. @throws Failure `no-such-folder` */
function behindLinks(file: string): string {
  const named = path.dirname(file);
  if (!isFolder(named)) throw noFolder(file, `there is no folder ${named}`);
  const folder = realpathSync(named);
  const target = path.join(folder, path.basename(file));
  return isLink(target) ? behindLinks(path.resolve(folder, readlinkSync(target))) : target;
}

/** What the disk says of the user's file; what else the work throws stays as it is. */
function asFailure(file: string, error: unknown): unknown {
  if (isDiskFull(error)) return diskFullFailure(path.resolve(file), error);
  const { code, path: place } = error as NodeJS.ErrnoException;
  // The other end of a FIFO may go; and the folder is there, but some take no file (/proc).
  const gone = code === 'EPIPE' || (code === 'ENOENT' && place === file);
  return gone || isUnwritable(error) ? notWritable(file, error) : error;
}

const notWritable = (file: string, error: unknown): Failure => unwritableFailure(file, error, 'Name another file');

interface Place {
  readonly target: string;
  /** There is something that is no plain file: it is written to, and stays what it is. */
  readonly special: boolean;
}

function placeOf(file: string): Place {
  try {
    // Follows links; of a ring of them the system says so.
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) {
      throw requestFailure('is-a-folder', `${file} is a folder, and no file can have its name`, 'Name a file in it');
    }
    if (there !== undefined && !there.isFile()) return { target: file, special: true };
    return { target: behindLinks(path.resolve(file)), special: false };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ENOTDIR' || code === 'ELOOP' ? noFolder(file, message) : asFailure(file, error);
  }
}

/**
 * Opens what is no plain file. A FIFO has no reader yet, perhaps: it is waited for here, since a thread that waits for
 * it in open(2) would keep the process from ending.
 */
async function openSpecial(file: string): Promise<FileHandle> {
  for (;;) {
    try {
      const first = await open(file, constants.O_WRONLY | constants.O_NONBLOCK);
      const handle = await open(file, constants.O_WRONLY);
      await first.close();
      return handle;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || !statSync(file).isFIFO()) throw error;
      await sleep(100);
    }
  }
}

/** Can the file be called so? To be asked before long work. @throws Failure `no-such-folder`, `is-a-folder` */
export function demandNamedFile(file: string): void {
  placeOf(file);
}

/**
 * Writes a file that the user named; when `fill` throws, what was there is as it was.
 * @throws Failure `no-such-folder`, `is-a-folder`, `disk-full`, `not-writable`; what `fill` throws
 */
export async function writeNamedFile(file: string, fill: (into: FileHandle) => Promise<unknown>): Promise<void> {
  const { target, special } = placeOf(file);
  const into = special ? target : temporaryName(target);
  // Opened first: a stream that is ended before it has opened its file would make it after we removed it.
  const handle = await (special ? openSpecial(into) : open(into, 'wx')).catch((error) => {
    throw isDiskFull(error) ? diskFullFailure(path.resolve(file), error) : notWritable(file, error);
  });
  try {
    try {
      await fill(handle);
    } finally {
      await handle.close();
    }
    if (!special) renameSync(into, target);
  } catch (error) {
    if (!special) rmSync(into, { force: true });
    throw asFailure(file, error);
  }
}

/**
 * Runs work that writes a file that the user named as it goes, so that it can be followed; it is not left empty when
 * nothing could be written. @throws as `writeNamedFile`
 */
export async function writingNamedFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { target, special } = placeOf(file);
  try {
    return await work();
  } catch (error) {
    if (!special && statSync(target, { throwIfNoEntry: false })?.size === 0) rmSync(target);
    throw asFailure(file, error);
  }
}
