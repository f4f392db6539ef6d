// SPDX-License-Identifier: MIT
// Folders that the user names, or that are made where the user's environment says.
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { cacheRoot } from '../config/paths.ts';
import { infrastructureFailure } from '../outcome/failure.ts';

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

/** Is there a cache, or can one be made, that can be written? @throws Failure `cache-unusable` */
export function demandCache(): void {
  const root = cacheRoot();
  try {
    makeFolders(root);
    accessSync(root, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw infrastructureFailure(
      'cache-unusable',
      `the cache ${root} cannot be used: ${(error as Error).message}`,
      'Set TRAPLINE_CACHE to a folder that can be written',
      error,
    );
  }
}
