// SPDX-License-Identifier: MIT
// Debian packages that are unpacked below the cache and not installed: those of another suite than this machine's.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { writingTo } from '../store/disk.ts';
import { sha256Json } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { readManifest, writeManifest } from '../store/manifest.ts';
import { installFolder, removeTree, sweepTemporary } from '../store/temporary.ts';
import { downloadOfSuite } from './apt.ts';

/** Packages that are unpacked together. */
export interface PackageSet {
  /** Debian's code name, e.g. `trixie`. */
  readonly suite: string;
  readonly packages: readonly string[];
}

export interface UnpackedPackages {
  /** What would be `/` if they were installed. */
  readonly folder: string;
  /** Names of the packages' files, which hold their versions. */
  readonly versions: string;
}

const UNPACKED = 'unpacked';

/** Whatever else the set says decides too: what is done to the packages is part of it. */
const folderOf = (set: PackageSet): string =>
  inCache(UNPACKED, `${set.packages[0]}-${set.suite}-${sha256Json(set).slice(0, 8)}`);

/** Is that a file of an unpacked package? */
export const isUnpacked = (file: string): boolean => file.startsWith(inCache(UNPACKED) + path.sep);

/** Those that are there already. */
export function knownPackages(set: PackageSet): UnpackedPackages | undefined {
  const folder = folderOf(set);
  const versions = readManifest(folder)?.facts.packages;
  return versions === undefined ? undefined : { folder, versions };
}

/**
 * The packages, fetched and unpacked now if they are not there; apt verifies them by the suite's signed index.
 * @param subject what they are for, as the step is shown
 * @param change what is done to them once, when they have been unpacked
 * @throws Failure `download-failed`, `unpacking-failed`, `disk-full`
 */
export async function unpackedPackages(
  set: PackageSet,
  subject: string,
  sink: EventSink,
  signal?: AbortSignal,
  change: (folder: string) => void = () => {},
): Promise<UnpackedPackages> {
  const present = knownPackages(set);
  if (present) return present;
  const { suite, packages } = set;
  const parent = inCache(UNPACKED);
  return withLock('sources', sink, signal, async (held) => {
    const meanwhile = knownPackages(set);
    if (meanwhile) return meanwhile;
    await sweepTemporary(parent);
    const folder = folderOf(set);
    await step(sink, subject, `unpack ${packages[0]} of ${suite}`, () =>
      writingTo(parent, () => installFolder(folder, (target) => unpackInto(target, set, change, held))),
    );
    const made = knownPackages(set);
    if (!made) throw new Error(`${folder} is not whole although it was just made`);
    return made;
  });
}

async function unpackInto(
  target: string,
  { suite, packages }: PackageSet,
  change: (folder: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const archives = path.join(target, 'archives');
  mkdirSync(archives);
  const files = await downloadOfSuite(packages, suite, archives, signal);
  for (const file of files) {
    const { exitCode, tail } = await runCommand('dpkg-deb', ['-x', file, target], { signal });
    if (exitCode === 0) continue;
    throw infrastructureFailure(
      'unpacking-failed',
      `dpkg-deb could not unpack ${path.basename(file)}: ${tail.trim().split('\n').at(-1) ?? ''}`,
      'Is the disk full? Then run it again',
    );
  }
  await removeTree(archives);
  change(target);
  writeManifest(
    target,
    {
      packages: files
        .map((file) => path.basename(file))
        .sort()
        .join(' '),
    },
    [],
  );
}
