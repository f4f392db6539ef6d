// SPDX-License-Identifier: MIT
// A volume that mirrors a folder of ours: only what changed since the last time goes over, also to an engine on
// another machine. What is made in the volume (objects) stays there.
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import { calling, type Engine } from './engine.ts';
import { ownLabels } from './labels.ts';
import type { Sandbox } from './sandbox.ts';
import { SANDBOX_FOLDER } from './sandbox-container.ts';

/** How the engine is to make a volume, e.g. a small one in memory; by default a folder on its disk. */
export type VolumeDriver = Readonly<Record<string, string>>;

interface Mirrored {
  /** Name and time of making: a volume that was made anew is empty. */
  readonly volume: string;
  readonly stamps: Readonly<Record<string, string>>;
}

/** Makes the volume unless it is there. Returns its name with the time at which it was made. */
export async function ensureVolume(engine: Engine, name: string, driver?: VolumeDriver): Promise<string> {
  const made = await calling('a volume was made', () =>
    engine.docker.createVolume({ Name: name, Labels: ownLabels(), ...(driver ? { DriverOpts: { ...driver } } : {}) }),
  );
  return `${name} ${(made as { CreatedAt?: string }).CreatedAt ?? ''}`;
}

/** Every file, folder and link below `root`, with what changes when it changes. Folders come before what they hold. */
function stampsBelow(root: string): Record<string, string> {
  const stamps: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        stamps[name] = 'folder';
        walk(name);
      } else if (entry.isSymbolicLink()) {
        stamps[name] = `link ${readlinkSync(path.join(root, name))}`;
      } else if (entry.isFile()) {
        const { size, mtimeMs, mode } = lstatSync(path.join(root, name));
        stamps[name] = `${size} ${mtimeMs} ${mode & 0o111}`;
      }
    }
  };
  walk('');
  return stamps;
}

const inChunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

/**
 * Brings the folder `name` of the sandbox's volume to what `root` holds.
 * @param made what `ensureVolume` returned
 * @param memory file in which is remembered what the volume holds
 * @returns how many entries went over
 */
export async function mirror(
  sandbox: Sandbox,
  root: string,
  name: string,
  made: string,
  memory: string,
): Promise<number> {
  const before = readJson<Mirrored>(memory);
  const known = before?.volume === made ? before.stamps : {};
  const stamps = stampsBelow(root);
  const gone = Object.keys(known).filter((file) => stamps[file] === undefined);
  const changed = Object.keys(stamps).filter((file) => known[file] !== stamps[file]);
  // A link or file that became a folder, or the other way round, cannot be unpacked over.
  const replaced = changed.filter((file) => known[file] !== undefined && stamps[file] !== 'folder');
  for (const files of inChunks([...gone, ...replaced], 500)) {
    await sandbox.run(['rm', '-rf', '--', ...files], { folder: path.posix.join(SANDBOX_FOLDER, name) });
  }
  if (changed.length > 0) {
    await sandbox.run(['mkdir', '-p', name]);
    const files = changed.map((file) => ({ name: file, root }));
    await sandbox.put(files, path.posix.join(SANDBOX_FOLDER, name));
  }
  writeFileAtomically(memory, JSON.stringify({ volume: made, stamps } satisfies Mirrored));
  return changed.length;
}
