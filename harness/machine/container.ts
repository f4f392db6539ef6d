// SPDX-License-Identifier: MIT
// QEMU in a container: the emulator's version is then chosen by the image. Console and channel come out as the
// container's two streams; what QEMU itself says is kept in a file until its end.
import { statSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Architecture } from '../arch/record.ts';
import { askImage } from '../docker/ask.ts';
import { endOrphanContainers } from '../docker/clean.ts';
import { connect, type Engine } from '../docker/engine.ts';
import { imageId } from '../docker/images.ts';
import { type Running, Sandbox } from '../docker/sandbox.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { type Emulator, emulatorFrom } from './emulator.ts';
import type { EmulatorEnd, EmulatorProcess } from './emulator-process.ts';

/** Of QEMU itself, beside the guest's memory. */
export const OWN_MEMORY = 768 * 2 ** 20;
const PROCESSES = 200;
const ERRORS = 'errors';

/** Finds an architecture's emulator in a container's image. */
export type FindEmulator = (architecture: Architecture, signal?: AbortSignal) => Promise<Emulator>;

/**
 * @param name of the image
 * @param remedy how it is made, for one that is missing
 * @throws Failure `no-docker-engine`, `docker-image-missing`
 */
export async function emulatorsOf(name: string, remedy?: string): Promise<FindEmulator> {
  const engine = await connect();
  const image = await imageId(engine, name, remedy);
  await endOrphanContainers(engine);
  return async (architecture) => {
    const { binary } = architecture.qemu;
    const [version, help] = await askImage(engine, image, [
      [binary, '--version'],
      [binary, '-help'],
    ]);
    if (version === undefined) {
      throw infrastructureFailure(
        'missing-tool',
        `the image ${name} has no ${binary} (needed to run ${architecture.name})`,
        `Make one that has: ./trapline images build, or put ${architecture.qemu.package} into it`,
      );
    }
    const found = emulatorFrom(architecture, version, help);
    return { ...found, image: name, start: (command) => startIn(engine, image, architecture, command) };
  };
}

/** Files of this machine that the command names: they go into the container. */
const filesOf = (command: readonly string[]): string[] =>
  command.filter((_, index) => ['-kernel', '-initrd'].includes(command[index - 1] ?? ''));

async function open(
  engine: Engine,
  image: string,
  architecture: Architecture,
  command: readonly string[],
): Promise<{ sandbox: Sandbox; running: Running }> {
  const files = filesOf(command);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const scratchBytes = bytes + 64 * 2 ** 20;
  const memoryBytes = architecture.qemu.memoryMegabytes * 2 ** 20 + OWN_MEMORY + scratchBytes;
  const kvm = command.includes('kvm') ? { device: { path: '/dev/kvm', group: statSync('/dev/kvm').gid } } : {};
  const sandbox = await Sandbox.open(engine, { image, memoryBytes, scratchBytes, processes: PROCESSES, ...kvm });
  try {
    for (const file of files) await sandbox.copyIn(file);
    const inside = command.map((word) => (files.includes(word) ? `${sandbox.folder}/${path.basename(word)}` : word));
    // The channel's descriptor is the container's stderr; QEMU's own words go where they can be fetched.
    const script = `exec 3>&2 2>${ERRORS} </dev/null; exec "$@"`;
    return { sandbox, running: await sandbox.start(['/bin/sh', '-c', script, 'qemu', ...inside]) };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

/** The streams are there at once, and what comes of the container arrives in them. */
function startIn(
  engine: Engine,
  image: string,
  architecture: Architecture,
  command: readonly string[],
): EmulatorProcess {
  const console = new PassThrough();
  const channel = new PassThrough();
  const errors = new PassThrough();
  let sandbox: Sandbox | undefined;
  let killed = false;
  const follow = async (): Promise<EmulatorEnd> => {
    try {
      const opened = await open(engine, image, architecture, command);
      sandbox = opened.sandbox;
      if (killed) await sandbox.close();
      const { stdout, stderr, status } = opened.running;
      await Promise.all([pipeline(stdout, console), pipeline(stderr, channel)]).catch(() => {});
      if (killed) return { code: null, signal: 'SIGKILL' };
      errors.end((await sandbox.run(['tail', '-c', '4096', ERRORS])).stdout);
      return { code: (await status()) ?? null, signal: null };
    } catch (error) {
      if (killed) return { code: null, signal: 'SIGKILL' };
      throw error;
    } finally {
      await sandbox?.close();
      for (const stream of [console, channel, errors]) stream.end();
    }
  };
  return {
    console,
    channel,
    errors,
    ended: follow(),
    cpuSeconds: async () => (await sandbox?.cpuSeconds().catch(() => 0)) ?? 0,
    // No way out of the container for a second dialogue.
    registers: async () => undefined,
    kill: () => {
      killed = true;
      void sandbox?.close();
    },
  };
}
