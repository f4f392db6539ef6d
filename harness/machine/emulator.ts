// SPDX-License-Identifier: MIT
// Which QEMU is there, and what it can do.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { knownPackages, type PackageSet, unpackedPackages } from '../kernel/index.ts';
import type { EventSink } from '../outcome/events.ts';
import { Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { isOlder } from '../outcome/version.ts';
import { rememberedCommand } from '../process/remembered.ts';
import type { StartEmulator } from './emulator-process.ts';

/** 7.2 is the oldest that the machines were tried with (pvh, microvm, fd sets: older ones are not known to work). */
export const OLDEST_QEMU = '7.2';

/** os-release(5): which Debian this is. */
const RELEASE = '/etc/os-release';

export interface Emulator {
  /** e.g. "7.2.22" */
  readonly version: string;
  readonly sandbox: boolean;
  /** Where it is not this machine's own: the image that it is in, and how it is started there. */
  readonly image?: string;
  readonly start?: StartEmulator;
}

export function parseQemuVersion(text: string): string | undefined {
  return /version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
}

/**
 * The architecture with its emulator taken from a folder: DIR itself, DIR/bin or DIR/usr/bin (an unpacked package).
 * QEMU finds its firmware beside its own program.
 * @throws Failure `no-such-emulator`
 */
export function withEmulatorFrom(folder: string | undefined, architecture: Architecture): Architecture {
  if (folder === undefined) return architecture;
  const { binary } = architecture.qemu;
  const places = ['', 'bin', 'usr/bin'].map((part) => path.resolve(folder, part, binary));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return { ...architecture, qemu: { ...architecture.qemu, binary: found } };
  throw requestFailure(
    'no-such-emulator',
    `--qemu ${folder} has no ${binary}, in it, in bin/ or in usr/bin/`,
    'Name the folder of an installed QEMU, or of an unpacked qemu-system package (dpkg-deb -x)',
  );
}

/** A QEMU answers in a fraction of one. */
const ANSWER_SECONDS = 30;

const unusable = (binary: string, why: string): Failure =>
  infrastructureFailure(
    'emulator-unusable',
    `${binary} is there, but is no QEMU that can be used: ${why}`,
    'Name the folder of one: --qemu DIR, or put it first in PATH',
  );

/**
 * What a program prints of itself; undefined when it cannot be started.
 * @throws Failure `interrupted`, `emulator-unusable` for one that does not end
 */
async function answerOf(binary: string, flag: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return (await rememberedCommand(binary, [flag], { signal, timeoutSeconds: ANSWER_SECONDS })).stdout;
  } catch (error) {
    if (signal?.aborted) throw error;
    if (!(error instanceof Failure) || error.name !== 'timed-out') return undefined;
    throw unusable(binary, `${flag} does not end`);
  }
}

/** Of one that cannot be used nothing is known here: `findEmulator` says why. */
async function versionOf(binary: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const said = await answerOf(binary, '--version', signal).catch((error) => {
    if (signal?.aborted) throw error;
    return undefined;
  });
  return said && parseQemuVersion(said);
}

/** The package with a newer emulator: this Debian's own backports, since what is there runs on its libraries. */
function backports({ qemu }: Architecture): PackageSet {
  const release = existsSync(RELEASE) ? readFileSync(RELEASE, 'utf8') : '';
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1] ?? 'stable';
  return { suite: `${codename}-backports`, packages: [qemu.package] };
}

/** The architecture with the newer emulator that it needs, if that was fetched before and this machine's is too old. */
export async function withKnownEmulator(architecture: Architecture, signal?: AbortSignal): Promise<Architecture> {
  const { binary, oldest } = architecture.qemu;
  // A path was named by somebody: that one is meant.
  if (oldest === undefined || path.isAbsolute(binary)) return architecture;
  const version = await versionOf(binary, signal);
  if (version === undefined || !isOlder(version, oldest)) return architecture;
  const known = knownPackages(backports(architecture));
  return known ? withEmulatorFrom(known.folder, architecture) : architecture;
}

/**
 * The architecture with an emulator that is new enough: this machine's, or that of its Debian's backports, fetched now
 * if it is not there.
 * @param find how the emulator will be found: one that is elsewhere is what it is
 * @throws Failure `qemu-too-old`
 */
export async function withNewEmulator(
  architecture: Architecture,
  find: (architecture: Architecture) => Promise<Emulator>,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<Architecture> {
  if (find !== findEmulator) return architecture;
  const found = await withKnownEmulator(architecture, signal);
  const { binary, oldest } = found.qemu;
  if (oldest === undefined || path.isAbsolute(binary)) return found;
  const version = await versionOf(binary, signal);
  if (version === undefined || !isOlder(version, oldest)) return found;
  const wanted = backports(architecture);
  try {
    const { folder } = await unpackedPackages(wanted, architecture.name, sink, signal);
    return withEmulatorFrom(folder, architecture);
  } catch (error) {
    if (signal?.aborted || !(error instanceof Failure)) throw error;
    throw infrastructureFailure(
      'qemu-too-old',
      `${binary} is version ${version}, ${architecture.name} needs ${oldest}, and the one of ${wanted.suite} could not be had: ${error.what}`,
      'Name the folder of a newer QEMU: --qemu DIR',
      error,
    );
  }
}

/**
 * What QEMU says of itself, as we need it.
 * @param said, help what `--version` and `-help` print
 * @throws Failure `missing-tool`, `qemu-too-old`, `emulator-unusable`
 */
export function emulatorFrom(architecture: Architecture, said: string | undefined, help: string | undefined): Emulator {
  const { binary, package: packageName, oldest = OLDEST_QEMU } = architecture.qemu;
  if (said === undefined) {
    // A path was named by somebody, and is there.
    if (path.isAbsolute(binary)) throw unusable(binary, 'it cannot be started');
    throw infrastructureFailure(
      'missing-tool',
      `${binary} is not installed (needed to run ${architecture.name})`,
      `Install it: ./trapline doctor --install, or apt-get install ${packageName}`,
    );
  }
  const version = parseQemuVersion(said);
  if (version === undefined) throw unusable(binary, '--version says none');
  if (isOlder(version, oldest)) {
    throw infrastructureFailure(
      'qemu-too-old',
      `${binary} is version ${version}, and at least ${oldest} is needed`,
      'Install a newer one, or put its folder first in PATH',
    );
  }
  return { version, sandbox: help?.includes('-sandbox') ?? false };
}

/** This machine's. @throws Failure `missing-tool`, `qemu-too-old`, `emulator-unusable`, `interrupted` */
export async function findEmulator(architecture: Architecture, signal?: AbortSignal): Promise<Emulator> {
  const { binary } = architecture.qemu;
  const [said, help] = await Promise.all(['--version', '-help'].map((flag) => answerOf(binary, flag, signal)));
  return emulatorFrom(architecture, said, help);
}
