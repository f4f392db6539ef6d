// SPDX-License-Identifier: MIT
// What a Debian package puts into a guest, as entries of an archive for the initramfs.
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { CpioEntry } from '../initramfs/cpio.ts';
import { infrastructureFailure } from '../outcome/failure.ts';

/** Nobody needs these in a guest (gconv: other characters than UTF-8), and each byte takes the guest's memory twice. */
const LEFT_OUT = /^usr\/(share\/(doc|doc-base|info|lintian|locale|man|bug)|lib\/[^/]+\/gconv)(\/|$)/;

/** A package's path in a guest, where /bin, /lib and the like are links into /usr, as in Debian since 12. */
export function guestPath(name: string): string {
  const clean = path.posix
    .normalize(name)
    .replace(/^(\.?\/)+/, '')
    .replace(/\/$/, '');
  return clean.replace(/^(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/, 'usr/$1');
}

/** Entries in the order of a tar stream; every folder comes before what it holds. */
export async function entriesOfTar(tar: Readable): Promise<CpioEntry[]> {
  const entries = new Map<string, CpioEntry>();
  const folder = (name: string, mode?: number): void => {
    if (name === '' || name === '.' || entries.has(name)) return;
    folder(path.posix.dirname(name));
    entries.set(name, { kind: 'folder', path: name, ...(mode === undefined ? {} : { mode }) });
  };
  const take = (header: Header, content: Buffer): void => {
    const name = guestPath(header.name);
    if (name === '.' || name === '' || name.startsWith('..') || LEFT_OUT.test(name)) return;
    const mode = (header.mode ?? 0o755) & 0o7777;
    folder(path.posix.dirname(name));
    if (header.type === 'directory') folder(name, mode);
    else if (header.type === 'file') entries.set(name, { kind: 'file', path: name, content, mode });
    else if (header.type === 'symlink') entries.set(name, { kind: 'link', path: name, to: header.linkname ?? '' });
    else if (header.type === 'link') {
      const target = entries.get(guestPath(header.linkname ?? ''));
      if (target?.kind === 'file') entries.set(name, { ...target, path: name });
    }
  };
  const reader = extract();
  tar.on('error', (error) => reader.destroy(error));
  tar.pipe(reader);
  for await (const entry of reader) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    take(entry.header, Buffer.concat(parts));
  }
  return [...entries.values()];
}

/** Entries of a package. @throws Failure `archive-damaged` */
export async function entriesOfPackage(deb: string): Promise<CpioEntry[]> {
  const child = spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const damaged = (why: unknown) =>
    infrastructureFailure('archive-damaged', `cannot unpack ${path.basename(deb)}`, 'Run it again', why);
  const [entries, status] = await Promise.all([entriesOfTar(child.stdout), ended]).catch((error) => {
    throw damaged(error);
  });
  if (status !== 0) throw damaged(`dpkg-deb ended with ${status}`);
  return entries;
}
