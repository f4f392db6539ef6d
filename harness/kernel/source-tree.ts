// SPDX-License-Identifier: MIT
// A user's folder, as it lies there now: read, never written to.
import path from 'node:path';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { commandOutput } from '../process/command.ts';
import { sha256 } from '../store/hash.ts';
import { statIfThere } from '../store/stat.ts';
import type { KernelSource } from './source.ts';
import { type Inventory, readInventory, renewInventory, type Since, stampOf, treeKey } from './tree-inventory.ts';
import { treeVersion } from './version.ts';

export interface TreeSource extends KernelSource {
  /** What was read, for who reads the tree again. */
  readonly inventory: Inventory;
}

/** Its version. @throws Failure `no-such-file`, `not-a-kernel-tree` */
export function demandTree(named: string): string {
  const directory = path.resolve(named);
  if (!statIfThere(directory)?.isDirectory()) {
    throw requestFailure('no-such-file', `there is no folder ${directory}`, 'Name the top folder of a kernel source');
  }
  return treeVersion(directory);
}

/**
 * @param since what is known of it already: then only what was touched is read
 * @throws Failure `no-such-file`, `not-a-kernel-tree`, `missing-tool`, `interrupted`
 */
export async function treeSource(named: string, signal?: AbortSignal, since?: Since): Promise<TreeSource> {
  const directory = path.resolve(named);
  const version = demandTree(directory);
  const inventory = await (since ? renewInventory(directory, since, signal) : readInventory(directory, signal));
  const contents = new Map([...inventory].map(([name, { identity }]) => [name, identity]));
  const copy = async (paths: readonly string[], target: string, held: AbortSignal): Promise<void> => {
    const script =
      'set -o pipefail; tar -C "$1" -c --no-recursion --null --verbatim-files-from -T - | tar -x --no-same-owner -C "$2"';
    await commandOutput('bash', ['-c', script, 'copy', directory, target], { input: paths.join('\0'), signal: held });
    const moved = paths.find((name) => stampOf(path.join(directory, name)) !== inventory.get(name)?.stamp);
    if (moved === undefined) return;
    throw infrastructureFailure(
      'tree-changed',
      `${path.join(directory, moved)} changed while it was read`,
      'Run it again when nothing writes to the tree',
    );
  };
  return {
    identity: `tree-${sha256(JSON.stringify([...contents]))}`,
    workspaceKey: treeKey(directory),
    version,
    contents,
    inventory,
    populate: (target, held) => copy([...contents.keys()], target, held),
    async extract(paths, target, held) {
      const present = paths.filter((name) => contents.has(name));
      if (present.length > 0) await copy(present, target, held);
    },
  };
}
