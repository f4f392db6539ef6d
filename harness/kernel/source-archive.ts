// SPDX-License-Identifier: MIT
// Sources that come as one archive: Debian's linux-source packages, and tar files. They are unpacked once, into
// cache/sources/, and never change there.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { step } from '../outcome/events.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { saysDiskFull, writingTo } from '../store/disk.ts';
import { readJson, sha256File } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { installFolder, removeTree, sweepTemporary, writeFileAtomically } from '../store/temporary.ts';
import { downloadPackage } from './apt.ts';
import { fromPristine, type KernelSource } from './source.ts';
import { releaseTarball } from './source-download.ts';
import { treeVersion } from './version.ts';

/** What is known of a downloaded package; lies beside the .deb. */
interface DebianRecord {
  package: string;
  /** Of the Debian package, e.g. "6.1.192-2". */
  version: string;
  sha256: string;
  /** Name of the .deb in cache/downloads/. */
  file: string;
}

const PIPELINES = {
  // $1 archive, $2 folder, $3 file within the .deb. xz decodes its blocks in parallel, tar writes meanwhile.
  deb: 'dpkg-deb --fsys-tarfile "$1" | tar -xO --occurrence "./$3" | xz -dc -T0 | tar -x --no-same-owner -C "$2"',
  tar: 'tar -x --no-same-owner -C "$2" -f "$1"',
};

async function unpack(
  kind: keyof typeof PIPELINES,
  archive: string,
  inner: string,
  target: string,
  signal: AbortSignal | undefined,
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
        const name = saysDiskFull(result.tail) ? 'No space left on device' : said;
        throw infrastructureFailure(
          'archive-damaged',
          `cannot unpack ${archive}: ${name}`,
          'Remove it and fetch it again',
        );
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

/** Debian's linux-source-VERSION; a package that was downloaded before is used as it is, without a network. */
export async function debianSource(version: string, sink: EventSink, signal?: AbortSignal): Promise<KernelSource> {
  const name = `linux-source-${version}`;
  const downloads = inCache('downloads');
  const recordFile = path.join(downloads, `${name}.json`);
  const recorded = (): DebianRecord | undefined => {
    const record = readJson<DebianRecord>(recordFile);
    return record !== undefined && existsSync(path.join(downloads, record.file)) ? record : undefined;
  };
  const record =
    recorded() ??
    (await withLock('sources', sink, signal, async (held) => {
      const meanwhile = recorded();
      if (meanwhile) return meanwhile;
      await sweepTemporary(downloads);
      return step(sink, `debian:${version}`, 'download source', () =>
        writingTo(downloads, async () => {
          const { file, version: found } = await downloadPackage(name, downloads, held);
          const fresh: DebianRecord = {
            package: name,
            version: found,
            sha256: sha256File(file),
            file: path.basename(file),
          };
          writeFileAtomically(recordFile, `${JSON.stringify(fresh, null, 2)}\n`);
          return fresh;
        }),
      );
    }));
  const id = `debian-${version}-${record.sha256.slice(0, 16)}`;
  const deb = path.join(downloads, record.file);
  return archiveSource(id, upstreamVersion(record.version), sink, `debian:${version}`, async (target, held) => {
    // What apt verified is what is unpacked, even when the file was damaged since.
    if (sha256File(deb) !== record.sha256) {
      throw infrastructureFailure(
        'archive-damaged',
        `${deb} has changed since it was downloaded`,
        'Remove it and run again',
      );
    }
    await unpack('deb', deb, `usr/src/${name}.tar.xz`, target, held);
  });
}

/** A release of kernel.org's, verified. */
export async function releaseSource(version: string, sink: EventSink, signal?: AbortSignal): Promise<KernelSource> {
  const archive = await releaseTarball(version, sink, signal);
  const id = `kernel.org-${version}-${sha256File(archive).slice(0, 16)}`;
  return archiveSource(id, upstreamVersion(version), sink, `kernel.org:${version}`, (target, held) =>
    unpack('tar', archive, '', target, held),
  );
}

export async function tarSource(file: string, sink: EventSink, signal?: AbortSignal): Promise<KernelSource> {
  const archive = path.resolve(file);
  if (!existsSync(archive) || !statSync(archive).isFile()) {
    throw requestFailure('no-such-file', `there is no archive ${archive}`, 'Name a tar file of a kernel source');
  }
  const id = `tar-${sha256File(archive).slice(0, 24)}`;
  const fill = (target: string, held?: AbortSignal) => unpack('tar', archive, '', target, held);
  const tree = await pristine(id, sink, `tar:${file}`, fill, signal);
  return archiveSource(id, treeVersion(tree), sink, `tar:${file}`, fill);
}
