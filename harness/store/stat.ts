// SPDX-License-Identifier: MIT
// What lies somewhere; undefined also where a folder on the way is none, for which Node's own option throws.
import { lstatSync, type Stats, statSync } from 'node:fs';

function ifThere(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Behind all links. */
export const statIfThere = (file: string): Stats | undefined => ifThere(() => statSync(file));

/** Links are not followed. */
export const lstatIfThere = (file: string): Stats | undefined => ifThere(() => lstatSync(file));
