// SPDX-License-Identifier: MIT
// What the store holds, and making room in it.
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { withLock } from '../store/lock.ts';
import { readManifest } from '../store/manifest.ts';
import { removeTree, sweepTemporary } from '../store/temporary.ts';

export interface StoredKernel {
  readonly fingerprint: string;
  readonly directory: string;
  readonly architecture: string;
  readonly selector: string;
  readonly version: string;
  /** On the disk, in bytes. */
  readonly bytes: number;
  readonly lastUsed: Date;
}

const subfolders = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .map((name) => path.join(folder, name))
    : [];

/** What a folder, or a file, takes on the disk; one file under two names is counted once. */
function bytesOf(entry: string): number {
  const names = lstatSync(entry).isDirectory() ? readdirSync(entry, { recursive: true, encoding: 'utf8' }) : [];
  const stats = ['.', ...names].map((name) => lstatSync(path.join(entry, name)));
  const counted = new Map(stats.filter((stat) => !stat.isDirectory()).map((stat) => [stat.ino, stat.blocks * 512]));
  return [...counted.values()].reduce((sum, each) => sum + each, 0);
}

function storedKernel(directory: string, facts: Readonly<Record<string, string>>): StoredKernel {
  const { architecture = 'unknown', selector = 'unknown', version = 'unknown' } = facts;
  return {
    fingerprint: path.basename(directory),
    directory,
    architecture,
    selector,
    version,
    bytes: bytesOf(directory),
    lastUsed: lstatSync(directory).mtime,
  };
}

/** The stored kernels, those used last first. Their content is not verified. */
export function listKernels(): StoredKernel[] {
  return subfolders(inCache('kernels'))
    .flatMap((directory): StoredKernel[] => {
      const manifest = readManifest(directory);
      return manifest ? [storedKernel(directory, manifest.facts)] : [];
    })
    .sort((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime());
}

/** What lies among the kernels without saying what it is: no build takes it, and nothing names it. */
const listDamaged = (): StoredKernel[] =>
  subfolders(inCache('kernels'))
    .filter((entry) => readManifest(entry) === undefined)
    .map((entry) => storedKernel(entry, {}));

export interface PruneLimits {
  /** Everything: kernels, workspaces, sources, downloads, guest programs and archives. The next build starts from nothing. */
  readonly all?: boolean;
  /** Kernels and workspaces not used, guest programs and archives made, so many days ago. */
  readonly olderThanDays?: number;
  /** The kernels used last are kept up to this sum. */
  readonly maxBytes?: number;
}

/** Which kernels the limits take; a pure function of the list, which is sorted by use. */
export function chooseKernels(kernels: readonly StoredKernel[], limits: PruneLimits, now: Date): StoredKernel[] {
  let sum = 0;
  return kernels.filter((kernel) => {
    sum += kernel.bytes;
    const days = (now.getTime() - kernel.lastUsed.getTime()) / 86_400_000;
    const tooOld = limits.olderThanDays !== undefined && days > limits.olderThanDays;
    const tooMuch = limits.maxBytes !== undefined && sum > limits.maxBytes;
    return limits.all === true || tooOld || tooMuch;
  });
}

const BUILT_FROM = ['sources', 'downloads', 'unpacked', 'apt', 'trees', 'logs'];
/** Archives, compiled programs and self-tests: one more for every state of guest/ and every plan. */
const FOR_GUESTS = ['initramfs', 'guest', 'selftest', 'tools', 'packages'];

/** They are made anew in seconds, and nothing says when one was used last: what counts is when it was made. */
async function pruneGuests(limits: PruneLimits): Promise<void> {
  for (const entry of FOR_GUESTS.flatMap((folder) => subfolders(inCache(folder)))) {
    const days = (Date.now() - statSync(entry).mtimeMs) / 86_400_000;
    if (limits.all || (limits.olderThanDays !== undefined && days > limits.olderThanDays)) await removeTree(entry);
  }
}

/** Removes what the limits say, and what dead processes left; returns the kernels that were removed. */
export async function pruneKernels(
  limits: PruneLimits,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<StoredKernel[]> {
  return withLock('sources', sink, signal, () =>
    withLock('kernel-build', sink, signal, async () => {
      // The damaged ones last: they are the first to go.
      const chosen = chooseKernels([...listKernels(), ...listDamaged()], limits, new Date());
      for (const { directory } of chosen) await removeTree(directory);
      for (const folder of subfolders(inCache('workspaces'))) {
        // Without a state it cannot be used again.
        const used = statSync(path.join(folder, 'state.json'), { throwIfNoEntry: false })?.mtimeMs;
        const days = used === undefined ? Number.POSITIVE_INFINITY : (Date.now() - used) / 86_400_000;
        const stale = used === undefined || (limits.olderThanDays !== undefined && days > limits.olderThanDays);
        if (limits.all || stale) await removeTree(folder);
      }
      if (limits.all) for (const folder of BUILT_FROM) await removeTree(inCache(folder));
      await pruneGuests(limits);
      for (const folder of ['kernels', 'workspaces', 'sources', 'downloads', 'unpacked', 'trees', ...FOR_GUESTS])
        await sweepTemporary(inCache(folder));
      return chosen;
    }),
  );
}
