// SPDX-License-Identifier: MIT
// Sources that come as one archive: Debian's linux-source packages, and tar files. They are unpacked once, into
// cache/sources/, and never change there.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { step } from '../outcome/events.ts';
import { type Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { saysDiskFull, writingTo } from '../store/disk.ts';
import { sha256File } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { installFolder, removeTree, sweepTemporary } from '../store/temporary.ts';
import { downloadPackage } from './apt.ts';
import { type Download, demandUnchanged, type Fetch, keptDownload } from './downloads.ts';
import { fromPristine, type KernelSource } from './source.ts';
import { releaseTarball } from './source-download.ts';
import { treeVersion } from './version.ts';

const PIPELINES = {
  // $1 archive, $2 folder, $3 file within the .deb. xz decodes its blocks in parallel, tar writes meanwhile.
  deb: 'dpkg-deb --fsys-tarfile "$1" | tar -xO --occurrence "./$3" | xz -dc -T0 | tar -x --no-same-owner -C "$2"',
  tar: 'tar -x --no-same-owner -C "$2" -f "$1"',
};

const downloadDamaged = (what: string): Failure =>
  infrastructureFailure('archive-damaged', what, 'Remove it and fetch it again');

/** What the user named was never fetched. */
const noArchive = (what: string): Failure =>
  requestFailure('no-archive', what, 'Name a tar file of a kernel source, compressed or not');

async function unpack(
  kind: keyof typeof PIPELINES,
  archive: string,
  inner: string,
  target: string,
  signal: AbortSignal | undefined,
  damaged = downloadDamaged,
): Promise<void> {
  const tool = (tool: string, deb: string) => ({ kind: 'command', tool, package: deb, purpose: 'unpacking' }) as const;
  await demand(
    [tool('tar', 'tar'), tool('xz', 'xz-utils'), tool('bash', 'bash')],
    `unpacking ${path.basename(archive)}`,
  );
  await sweepTemporary(path.dirname(target));
  await writingTo(path.dirname(target), () =>
    installFolder(target, async (folder) => {
      const raw = path.join(folder, '.unpacking');
      await mkdir(raw);
      const args = ['-c', `set -o pipefail; ${PIPELINES[kind]}`, 'unpack', archive, raw, inner];
      const result = await runCommand('bash', args, { signal, keepBytes: 16_384 });
      if (result.exitCode !== 0) {
        const said = result.tail.trim().split('\n')[0] ?? '';
        throw damaged(`cannot unpack ${archive}: ${saysDiskFull(result.tail) ? 'No space left on device' : said}`);
      }
      const names = readdirSync(raw);
      const only = names.length === 1 && names[0] !== undefined ? path.join(raw, names[0]) : undefined;
      const top = only !== undefined && statSync(only).isDirectory() ? only : raw;
      for (const name of readdirSync(top)) await rename(path.join(top, name), path.join(folder, name));
      await removeTree(raw);
      treeVersion(folder, archive);
    }),
  );
}

function archiveSource(
  id: string,
  version: string,
  sink: EventSink,
  subject: string,
  fill: (target: string, signal?: AbortSignal) => Promise<void>,
): KernelSource {
  return {
    identity: id,
    workspaceKey: id,
    version,
    ...fromPristine((signal) => pristine(id, sink, subject, fill, signal)),
  };
}

/** The unpacked tree, unpacked now if it is not there. */
async function pristine(
  id: string,
  sink: EventSink,
  subject: string,
  fill: (target: string, signal?: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  const target = inCache('sources', id);
  if (existsSync(target)) return target;
  return withLock('sources', sink, signal, async (held) => {
    if (!existsSync(target)) await step(sink, subject, 'unpack source', () => fill(target, held));
    return target;
  });
}

/** Linux's version in Debian's: "6.1.192-2" is 6.1.192, "7.3~rc4-1" is 7.3.0. */
export function upstreamVersion(debianVersion: string): string {
  const numbers = (/^[\d.]+/.exec(debianVersion.replace(/^\d+:/, ''))?.[0] ?? '0').split('.');
  while (numbers.length < 3) numbers.push('0');
  return numbers.join('.');
}

/** A source that was downloaded as one archive; nothing is unpacked that has changed since. */
function downloadedSource(
  prefix: string,
  download: Download,
  version: string,
  sink: EventSink,
  subject: string,
  unpacked: (target: string, signal?: AbortSignal) => Promise<void>,
): KernelSource {
  const id = `${prefix}-${download.sha256.slice(0, 16)}`;
  return archiveSource(id, version, sink, subject, (target, held) => {
    demandUnchanged(download);
    return unpacked(target, held);
  });
}

/** Debian's linux-source-VERSION, verified by apt. */
export async function debianSource(version: string, sink: EventSink, signal?: AbortSignal): Promise<KernelSource> {
  const name = `linux-source-${version}`;
  const subject = `debian:${version}`;
  const shown = { subject, title: 'download source' };
  const fetch: Fetch = (folder, _, held) => downloadPackage(name, folder, held);
  const download = await keptDownload(name, shown, fetch, sink, signal);
  const upstream = upstreamVersion(download.version);
  return downloadedSource(`debian-${version}`, download, upstream, sink, subject, (target, held) =>
    unpack('deb', download.file, `usr/src/${name}.tar.xz`, target, held),
  );
}

/** A release of kernel.org's, verified by its list of sums. */
export async function releaseSource(version: string, sink: EventSink, signal?: AbortSignal): Promise<KernelSource> {
  const subject = `kernel.org:${version}`;
  const download = await releaseTarball(version, sink, signal);
  return downloadedSource(`kernel.org-${version}`, download, upstreamVersion(version), sink, subject, (target, held) =>
    unpack('tar', download.file, '', target, held),
  );
}

export async function tarSource(file: string, sink: EventSink, signal?: AbortSignal): Promise<KernelSource> {
  const archive = path.resolve(file);
  if (!existsSync(archive) || !statSync(archive).isFile()) {
    throw requestFailure('no-such-file', `there is no archive ${archive}`, 'Name a tar file of a kernel source');
  }
  const id = `tar-${sha256File(archive).slice(0, 24)}`;
  const fill = (target: string, held?: AbortSignal) => unpack('tar', archive, '', target, held, noArchive);
  const tree = await pristine(id, sink, `tar:${file}`, fill, signal);
  return archiveSource(id, treeVersion(tree), sink, `tar:${file}`, fill);
}
