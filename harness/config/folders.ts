// SPDX-License-Identifier: MIT
// Folders that lie where the user, or the user's environment, says.
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

export const isFolder = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Makes a folder with its parents. Node's own way never ends where the system has no entry for a folder whose parent
 * is there (/proc), and takes a read-only disk for such a one.
 */
export function makeFolders(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolders(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}
