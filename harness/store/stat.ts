// SPDX-License-Identifier: MIT
import { lstatSync, type Stats } from 'node:fs';

/** What lies there, links not followed; undefined also where a folder on the way is none (Node's own option throws then). */
export function lstatIfThere(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
