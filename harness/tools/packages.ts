// SPDX-License-Identifier: MIT
// Debian's packages for a guest (`--with`): with all that they depend on, unpacked into one archive for the initramfs.
// Scripts of packages are not run: nothing is configured, but programs and libraries lie where they look for each other.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { inCache } from '../config/paths.ts';
import { type CpioEntry, cpio } from '../initramfs/cpio.ts';
import { downloadWithDependencies } from '../kernel/apt-guest.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { requestFailure } from '../outcome/failure.ts';
import { writingTo } from '../store/disk.ts';
import { sha256 } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { installFolder, removeTree, sweepTemporary } from '../store/temporary.ts';
import { entriesOfPackage } from './deb.ts';

const ARCHIVE = 'packages.cpio';

function demandNames(packages: readonly string[]): void {
  const bad = packages.find((name) => !/^[a-z0-9][a-z0-9.+-]+$/.test(name));
  if (bad === undefined) return;
  throw requestFailure('no-such-package', `"${bad}" is no name of a Debian package`, 'For example: --with gdbserver');
}

async function fetchInto(
  folder: string,
  packages: readonly string[],
  architecture: string,
  signal: AbortSignal,
): Promise<void> {
  const debs = path.join(folder, 'debs');
  mkdirSync(path.join(debs, 'partial'), { recursive: true });
  const files = await downloadWithDependencies(packages, architecture, debs, signal);
  const entries: CpioEntry[] = [];
  for (const file of files) entries.push(...(await entriesOfPackage(file)));
  // A folder that several packages have may come again: the kernel leaves it as it is.
  writeFileSync(path.join(folder, ARCHIVE), cpio(entries));
  await removeTree(debs);
  writeManifest(folder, { architecture, packages: files.map((file) => path.basename(file, '.deb')).join(' ') }, [
    ARCHIVE,
  ]);
}

/**
 * An archive with packages for guests of an architecture; one that was made before is used again as it is.
 * @throws Failure `no-such-package`, `packages-unavailable`, those of the download
 */
export async function packagesArchive(
  packages: readonly string[],
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<Buffer> {
  const names = [...new Set(packages)].sort();
  demandNames(names);
  const debian = architecture.toolchain.debianArchitecture;
  if (debian === undefined) {
    throw requestFailure(
      'packages-unavailable',
      `Debian's release has no packages for ${architecture.name}, so --with ${names.join(',')} cannot be had`,
      'busybox and strace are in every guest; exec --file takes a program of your own',
    );
  }
  const folder = inCache('packages', `${debian}-${sha256(names.join(' ')).slice(0, 16)}`);
  const archive = (): Buffer => readFileSync(path.join(folder, ARCHIVE));
  if (verifyFolder(folder).state === 'whole') return archive();
  return withLock('sources', sink, signal, async (held) => {
    await sweepTemporary(inCache('packages'));
    if (verifyFolder(folder).state !== 'whole') {
      await step(sink, architecture.name, `download ${names.join(', ')} for guests`, () =>
        writingTo(inCache('packages'), () => installFolder(folder, (into) => fetchInto(into, names, debian, held))),
      );
    }
    return archive();
  });
}
