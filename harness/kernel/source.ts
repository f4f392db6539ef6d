// SPDX-License-Identifier: MIT
// What every kind of kernel source gives to the workspace that is built in.
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { commandOutput } from '../process/command.ts';
import { lstatIfThere } from '../store/stat.ts';

/** Path in the tree → identity of its content and mode. */
export type Contents = ReadonlyMap<string, string>;

export interface KernelSource {
  /** Two sources with the same identity have the same content. */
  readonly identity: string;
  /** Names the workspace: sources that follow one another under one key share their objects. */
  readonly workspaceKey: string;
  /** e.g. "6.1.192". */
  readonly version: string;
  /** For sources that change under one workspace key: what they consist of. */
  readonly contents?: Contents;
  /** Writes the whole tree into an empty folder. Files may be links to something shared: never write into them. */
  populate(directory: string, signal: AbortSignal): Promise<void>;
  /** Writes copies of the named files; those that the source does not have are left out. */
  extract(paths: readonly string[], directory: string, signal: AbortSignal): Promise<void>;
}

/** The two operations for a pristine tree of ours that never changes. */
export function fromPristine(
  ensure: (signal: AbortSignal) => Promise<string>,
): Pick<KernelSource, 'populate' | 'extract'> {
  return {
    async populate(directory, signal) {
      const pristine = await ensure(signal);
      await commandOutput('cp', ['-al', '--', `${pristine}/.`, directory], { signal });
    },
    async extract(paths, directory, signal) {
      const pristine = await ensure(signal);
      for (const name of paths) await copyInto(pristine, directory, name);
    },
  };
}

/** Copies one file of a tree to the same place in another, as a file of its own; a missing one is skipped. */
export async function copyInto(from: string, to: string, name: string): Promise<void> {
  const file = path.join(from, name);
  if (lstatIfThere(file) === undefined) return;
  const target = path.join(to, name);
  await mkdir(path.dirname(target), { recursive: true });
  await cp(file, target, { verbatimSymlinks: true });
}
