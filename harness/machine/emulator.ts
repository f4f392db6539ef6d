// SPDX-License-Identifier: MIT
// Which QEMU is there, and what it can do.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { isOlder } from '../outcome/version.ts';
import { rememberedCommand } from '../process/remembered.ts';
import type { StartEmulator } from './emulator-process.ts';

/** 7.2 is the oldest that the machines were tried with (pvh, microvm, fd sets: older ones are not known to work). */
export const OLDEST_QEMU = '7.2';

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

/**
 * What QEMU says of itself, as we need it.
 * @param said, help what `--version` and `-help` print
 * @throws Failure `missing-tool`, `qemu-too-old`
 */
export function emulatorFrom(architecture: Architecture, said: string | undefined, help: string | undefined): Emulator {
  const { binary, package: packageName } = architecture.qemu;
  const version = said && parseQemuVersion(said);
  if (!version) {
    throw infrastructureFailure(
      'missing-tool',
      `${binary} is not installed (needed to run ${architecture.name})`,
      `Install it: ./trapline doctor --install, or apt-get install ${packageName}`,
    );
  }
  if (isOlder(version, OLDEST_QEMU)) {
    throw infrastructureFailure(
      'qemu-too-old',
      `${binary} is version ${version}, and at least ${OLDEST_QEMU} is needed`,
      'Install a newer one, or put its folder first in PATH',
    );
  }
  return { version, sandbox: help?.includes('-sandbox') ?? false };
}

/** This machine's. @throws Failure `missing-tool`, `qemu-too-old` */
export async function findEmulator(architecture: Architecture): Promise<Emulator> {
  const { binary } = architecture.qemu;
  const [said, help] = await Promise.all([
    rememberedCommand(binary, ['--version']).catch(() => undefined),
    rememberedCommand(binary, ['-help']).catch(() => undefined),
  ]);
  return emulatorFrom(architecture, said?.stdout, help?.stdout);
}
