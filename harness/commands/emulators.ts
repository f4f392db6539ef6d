// SPDX-License-Identifier: MIT
// --run-in: where QEMU runs.
import { builderImage } from '../docker/images.ts';
import { emulatorsOf, type FindEmulator } from '../machine/container.ts';
import { findEmulator } from '../machine/emulator.ts';

export interface EmulatorOptions {
  /** `host`, `docker` for the builder image, `docker:IMAGE` for another one. */
  readonly runIn?: string;
  /** Where cells are run. */
  readonly engine?: 'local' | 'swarm';
}

/** @throws Failure `no-docker-engine`, `docker-image-missing` */
export async function emulatorFor({ runIn = 'host' }: EmulatorOptions): Promise<FindEmulator> {
  if (runIn === 'host') return findEmulator;
  return emulatorsOf(runIn === 'docker' ? builderImage() : runIn.slice('docker:'.length));
}

/** Is it this machine's own QEMU that is needed? */
export const runsHere = ({ runIn = 'host', engine = 'local' }: EmulatorOptions): boolean =>
  runIn === 'host' && engine === 'local';
