// SPDX-License-Identifier: MIT
// A full disk is said as such, wherever it shows first.
import { Failure, infrastructureFailure } from '../outcome/failure.ts';

export function diskFullFailure(where: string, cause?: unknown): Failure {
  return infrastructureFailure(
    'disk-full',
    `no space left on the disk that holds ${where}`,
    'Free some: ./trapline kernel prune --all, or set TRAPLINE_CACHE to a folder on a larger disk',
    cause,
  );
}

/** Does this text of a failed program speak of a full disk? */
export const saysDiskFull = (text: string): boolean =>
  /No space left on device|Disk quota exceeded|enough free space/.test(text);

/** Runs work that writes below `where`; ENOSPC and EDQUOT become a Failure `disk-full`. */
export async function writingTo<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException)?.code;
    const full = code === 'ENOSPC' || code === 'EDQUOT' || (error instanceof Failure && saysDiskFull(error.what));
    throw full ? diskFullFailure(where, error) : error;
  }
}
