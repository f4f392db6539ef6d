// SPDX-License-Identifier: MIT
// A command of ours beside the bare QEMU command of a guest that runs one program.
import type { Architecture } from '../arch/record.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { buildKernel, parseKernelRequest, resolveKernel } from '../kernel/index.ts';
import { shellCommand } from '../machine/argv.ts';
import { findEmulator, withNewEmulator } from '../machine/emulator.ts';
import { silent } from '../outcome/events.ts';
import { guestCommand, readWorkFiles } from '../shell/exec.ts';
import { type BareCommand, runBare } from './bare.ts';
import type { FigureContext, Measurement } from './figure.ts';
import { inTurn, seconds } from './measure.ts';

/** @param file a static program for the architecture */
async function bareGuest(known: Architecture, file: string, signal: AbortSignal): Promise<BareCommand> {
  const architecture = await withNewEmulator(known, findEmulator, silent, signal);
  const [programs, plan, emulator] = await Promise.all([
    buildGuestPrograms(architecture, silent, signal),
    resolveKernel(parseKernelRequest('with'), architecture, silent, signal),
    findEmulator(architecture, signal),
  ]);
  const artifact = await buildKernel(plan, silent, signal);
  const work = readWorkFiles(file, []);
  const command = guestCommand({
    architecture: plan.architecture,
    kernelImage: artifact.image,
    programs,
    accel: 'tcg',
    sandbox: emulator.sandbox,
    command: [work.program],
    files: work.files,
  });
  return { name: architecture.name, shell: shellCommand(command) };
}

export interface Beside {
  readonly architecture: Architecture;
  readonly file: string;
  /** The command of ours; what it needs is built when it has run once. */
  readonly run: () => Promise<unknown>;
  readonly what: string;
  readonly limit: number;
}

export async function besideBareGuest(
  { scratch, times, signal }: FigureContext,
  { architecture, file, run, what, limit }: Beside,
): Promise<Measurement> {
  await run();
  const bare = await bareGuest(architecture, file, signal);
  const [harness = 0, machine = 0] = await inTurn(
    times,
    () => seconds(run),
    async () => (await runBare([bare], scratch, 1, signal)).wall,
  );
  return {
    measured: { what, value: harness },
    against: { what: 'the bare QEMU command of a guest with one program', value: machine },
    unit: 's',
    limit,
  };
}
