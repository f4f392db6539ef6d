// SPDX-License-Identifier: MIT
// Where things lie. Build trees, sources and artifacts are kept outside the checkout, so that checkouts share them.
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Top of the checkout; the bundle lies in dist/, the sources two levels deep: both are found by package.json. */
export const projectRoot: string =
  process.env.TRAPLINE_ROOT ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Cache: sources, build trees, kernels, initramfs. `TRAPLINE_CACHE` moves it. */
export function cacheRoot(): string {
  const named = process.env.TRAPLINE_CACHE;
  if (named) return path.resolve(named);
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'trapline');
}

export const inProject = (...parts: string[]): string => path.join(projectRoot, ...parts);
export const inCache = (...parts: string[]): string => path.join(cacheRoot(), ...parts);
