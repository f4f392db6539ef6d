// SPDX-License-Identifier: MIT
// Stock kernels: the image inside a Debian linux-image package, taken out once, into cache/images/.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/index.ts';
import { inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { writingTo } from '../store/disk.ts';
import { sha256File } from '../store/hash.ts';
import { installFolder } from '../store/temporary.ts';
import { downloadImagePackage } from './apt.ts';
import { demandUnchanged, type Fetch, keptDownload } from './downloads.ts';

/** The kernel of a package is called vmlinuz, or vmlinux where the architecture boots that (mips, powerpc, …). */
const MEMBER = /^\.\/boot\/vmlinu[xz]-[^/]+$/;

const imageOf = (sha256: string): string => inCache('images', sha256.slice(0, 32), 'vmlinuz');

async function takeImage(deb: string, target: string, signal?: AbortSignal): Promise<string> {
  const list = ['-c', 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -t', 'list', deb];
  const listed = await runCommand('bash', list, { signal });
  const member = listed.stdout.split('\n').find((name) => MEMBER.test(name));
  if (listed.exitCode !== 0 || member === undefined) {
    throw requestFailure(
      'no-kernel-in-package',
      `${deb} is no package with a kernel in /boot${listed.exitCode === 0 ? '' : `: ${listed.tail.trim().split('\n')[0]}`}`,
      'Name a Debian linux-image package (not its -dbg, headers or meta package)',
    );
  }
  const folder = path.dirname(target);
  await writingTo(path.dirname(folder), () =>
    installFolder(folder, async (fresh) => {
      const command = 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" > "$3"';
      const file = path.join(fresh, path.basename(target));
      const taken = await runCommand('bash', ['-c', command, 'take', deb, member, file], { signal });
      if (taken.exitCode === 0) return;
      throw infrastructureFailure('archive-damaged', `cannot unpack ${deb}: ${taken.tail.trim()}`, 'Fetch it again');
    }),
  );
  return target;
}

/**
 * Takes the kernel out of a package. @returns its file, named by the package's hash
 * @throws Failure `no-such-file`, `no-kernel-in-package`, `archive-damaged`
 */
export async function imageInPackage(deb: string, signal?: AbortSignal): Promise<string> {
  if (!existsSync(deb) || !statSync(deb).isFile()) {
    throw requestFailure('no-such-file', `there is no package ${deb}`, 'Name a Debian linux-image .deb');
  }
  const target = imageOf(sha256File(deb));
  return existsSync(target) ? target : takeImage(deb, target, signal);
}

/**
 * The newest stock kernel of a series for an architecture, verified by apt; one that was downloaded is used again.
 * @throws Failure `no-stock-kernel`, `archive-damaged`, those of the download
 */
export async function stockImage(
  series: string,
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<{ file: string; version: string }> {
  const { stock } = architecture;
  if (!stock) {
    throw requestFailure(
      'no-stock-kernel',
      `no stock kernel of Debian is known to boot as ${architecture.name}`,
      './trapline arch says which architectures have one',
    );
  }
  const { debianArchitecture, flavour } = stock;
  const shown = { subject: `image:debian:${series}/${debianArchitecture}`, title: 'download kernel' };
  const fetch: Fetch = (folder, _, held) => downloadImagePackage(series, debianArchitecture, flavour, folder, held);
  const name = `linux-image-${series}-${debianArchitecture}`;
  const download = await keptDownload(name, shown, fetch, sink, signal);
  const target = imageOf(download.sha256);
  // The package is as large as a source: it is read once, not for every run.
  if (existsSync(target)) return { file: target, version: download.version };
  demandUnchanged(download);
  return { file: await takeImage(download.file, target, signal), version: download.version };
}

const ARCHIVE_MAGIC = '!<arch>\n';

/** Is it a Debian package (an ar archive), whatever it is called? */
export function isPackage(file: string): boolean {
  const start = Buffer.alloc(ARCHIVE_MAGIC.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return start.toString('latin1') === ARCHIVE_MAGIC;
}
