// SPDX-License-Identifier: MIT
// A disk that is full, or that nothing can be written to, is said as such, wherever it shows first.
import path from 'node:path';
import { cacheRoot } from '../config/paths.ts';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';

const isBelow = (file: string, folder: string): boolean => !path.relative(folder, path.resolve(file)).startsWith('..');

/** What helps depends on whose folder is full: the cache is ours, every other one is the user's. */
export function diskFullFailure(where: string, cause?: unknown): Failure {
  const users = path.isAbsolute(where) && !isBelow(where, cacheRoot());
  return infrastructureFailure(
    'disk-full',
    `no space left on the disk that holds ${where}`,
    users
      ? 'Free some there, or name a place on another disk'
      : 'Free some: ./trapline kernel prune --all, or set TRAPLINE_CACHE to a folder on a larger disk',
    cause,
  );
}

/** Does this text of a failed program speak of a full disk? */
export const saysDiskFull = (text: string): boolean =>
  /No space left on device|Disk quota exceeded|enough free space/.test(text);

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const UNWRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO', 'EFBIG', 'ENXIO', 'ENODEV', 'ENAMETOOLONG', 'ETXTBSY']);

/** Is it the disk, or who may write to it, that made an operation on a file fail? */
export const isUnwritable = (error: unknown): boolean => UNWRITABLE.has((error as NodeJS.ErrnoException)?.code ?? '');

export const isDiskFull = (error: unknown): boolean =>
  FULL.has((error as NodeJS.ErrnoException)?.code ?? '') || (error instanceof Failure && saysDiskFull(error.what));

export function unwritableFailure(where: string, error: unknown, remedy: string): Failure {
  return infrastructureFailure(
    'not-writable',
    `${where} cannot be written: ${(error as Error).message}`,
    remedy,
    error,
  );
}

/**
 * Runs work that writes below `where`; ENOSPC and EDQUOT become a Failure `disk-full`, and what else keeps a file
 * below it from being written becomes `not-writable`.
 */
export async function writingTo<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDiskFull(error)) throw diskFullFailure(where, error);
    const { path: file } = error as NodeJS.ErrnoException;
    // The work reads from elsewhere too.
    if (!isUnwritable(error) || file === undefined || !isBelow(file, where)) throw error;
    throw unwritableFailure(where, error, 'Is its disk read-only, or is it somebody else’s folder?');
  }
}
