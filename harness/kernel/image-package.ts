// SPDX-License-Identifier: MIT
// Stock kernels: the image inside a Debian linux-image package, taken out once, into cache/images/.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/index.ts';
import { inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { writingTo } from '../store/disk.ts';
import { readJson, sha256File } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import { downloadImagePackage } from './apt.ts';

/** The kernel of a package is called vmlinuz, or vmlinux where the architecture boots that (mips, powerpc, …). */
const MEMBER = /^\.\/boot\/vmlinu[xz]-[^/]+$/;

/**
 * Takes the kernel out of a package. @returns its file, named by the package's hash
 * @throws Failure `no-such-file`, `no-kernel-in-package`
 */
export async function imageInPackage(deb: string, signal?: AbortSignal): Promise<string> {
  if (!existsSync(deb) || !statSync(deb).isFile()) {
    throw requestFailure('no-such-file', `there is no package ${deb}`, 'Name a Debian linux-image .deb');
  }
  const target = inCache('images', sha256File(deb).slice(0, 32), 'vmlinuz');
  if (existsSync(target)) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  const listed = await runCommand(
    'bash',
    ['-c', 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -t', 'list', deb],
    {
      signal,
      keepBytes: 4 * 1024 * 1024,
    },
  );
  const member = listed.stdout.split('\n').find((name) => MEMBER.test(name));
  if (listed.exitCode !== 0 || member === undefined) {
    throw requestFailure(
      'no-kernel-in-package',
      `${deb} is no package with a kernel in /boot${listed.exitCode === 0 ? '' : `: ${listed.tail.trim().split('\n')[0]}`}`,
      'Name a Debian linux-image package (not its -dbg, headers or meta package)',
    );
  }
  await writingTo(path.dirname(target), async () => {
    const temporary = `${target}.${process.pid}.tmp`;
    const command = 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" > "$3" && mv "$3" "$4"';
    const taken = await runCommand('bash', ['-c', command, 'take', deb, member, temporary, target], { signal });
    if (taken.exitCode !== 0) {
      throw infrastructureFailure('archive-damaged', `cannot unpack ${deb}: ${taken.tail.trim()}`, 'Fetch it again');
    }
  });
  return target;
}

interface PackageRecord {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
  readonly file: string;
}

/**
 * The newest stock kernel of a series for an architecture, verified by apt; one that was downloaded is used again.
 * @throws Failure `no-stock-kernel`, those of the download
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
  const downloads = inCache('downloads');
  const name = `linux-image-${series}-${stock.debianArchitecture}`;
  const recordFile = path.join(downloads, `${name}.json`);
  const recorded = (): PackageRecord | undefined => {
    const record = readJson<PackageRecord>(recordFile);
    return record !== undefined && existsSync(path.join(downloads, record.file)) ? record : undefined;
  };
  const record =
    recorded() ??
    (await withLock('sources', sink, signal, async (held) => {
      const meanwhile = recorded();
      if (meanwhile) return meanwhile;
      return step(sink, `image:debian:${series}/${stock.debianArchitecture}`, 'download kernel', () =>
        writingTo(downloads, async () => {
          const found = await downloadImagePackage(series, stock.debianArchitecture, stock.flavour, downloads, held);
          const fresh: PackageRecord = {
            package: found.name,
            version: found.version,
            sha256: sha256File(found.file),
            file: path.basename(found.file),
          };
          writeFileAtomically(recordFile, `${JSON.stringify(fresh, null, 2)}\n`);
          return fresh;
        }),
      );
    }));
  const deb = path.join(downloads, record.file);
  if (sha256File(deb) !== record.sha256) {
    throw infrastructureFailure(
      'archive-damaged',
      `${deb} has changed since it was downloaded`,
      'Remove it and run again',
    );
  }
  return { file: await imageInPackage(deb, signal), version: record.version };
}

/** Is it a Debian package (an ar archive), whatever it is called? */
export function isPackage(file: string): boolean {
  return readFileSync(file).subarray(0, 8).toString('latin1') === '!<arch>\n';
}
