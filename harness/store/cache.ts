// SPDX-License-Identifier: MIT
// What has to be true of the cache before anything is kept in it.
import { accessSync, constants } from 'node:fs';
import { makeFolders } from '../config/folders.ts';
import { cacheRoot } from '../config/paths.ts';
import { infrastructureFailure } from '../outcome/failure.ts';

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
