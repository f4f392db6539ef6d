// SPDX-License-Identifier: MIT
// Everything that we make in an engine carries labels that say whose it is, so that what a killed harness left is found.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { cacheRoot } from '../config/paths.ts';
import { startOf } from '../store/temporary.ts';

/** On all that is ours: containers, volumes, images. */
export const OURS = 'trapline';
/** The process that made it: host, boot, process id and start; and its cache. */
export const OWNER = 'trapline.owner';
export const CACHE = 'trapline.cache';
/** On images that are of no use once their owner is gone. */
export const TRANSIENT = 'trapline.transient';

function boot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

const here = (): string => `${hostname()} ${boot()}`;

export function ownLabels(): Record<string, string> {
  return {
    [OURS]: '1',
    [OWNER]: `${here()} ${process.pid} ${startOf(process.pid) ?? '0'}`,
    [CACHE]: `${hostname()} ${cacheRoot()}`,
  };
}

/** Is the owner another process of this host, and does it live? */
export function ownedByAnother(owner: string | undefined): boolean {
  const [host, booted, pid] = (owner ?? '').split(' ');
  const ofThisHost = host === hostname() && booted === boot();
  return ofThisHost && Number(pid) !== process.pid && !ownerIsDead(owner);
}

/** Is the owner a process of this host that lives no more? Of other hosts' nothing is known. */
export function ownerIsDead(owner: string | undefined): boolean {
  const [host, booted, pid, start] = (owner ?? '').split(' ');
  if (host !== hostname() || pid === undefined) return false;
  return booted !== boot() || startOf(Number(pid)) !== start;
}
