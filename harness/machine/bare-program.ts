// SPDX-License-Identifier: MIT
// A program for `-kernel` (guest/selftest/), run by an emulated machine without any kernel; its output is the result.
import { createInterface } from 'node:readline';
import type { Architecture } from '../arch/record.ts';
import { Failure } from '../outcome/failure.ts';
import { type CommandResult, interrupted, runCommand } from '../process/command.ts';
import type { EmulatorProcess, StartEmulator } from './emulator-process.ts';

export interface BareProgram {
  /** The ELF file. */
  readonly image: string;
  readonly accel: 'tcg' | 'kvm';
  /** CPU model; by default the one that a run takes with this accelerator. */
  readonly cpu?: string | undefined;
  /** `-device` arguments. */
  readonly devices?: readonly string[];
  readonly limitSeconds: number;
  /** Where QEMU runs; by default on this machine. */
  readonly start?: StartEmulator | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Each line on the first serial port. */
  readonly onLine: (line: string) => void;
}

/** The CPU model that a run takes with an accelerator. */
export const cpuOf = (architecture: Architecture, accel: 'tcg' | 'kvm'): string =>
  accel === 'kvm' ? 'host' : architecture.qemu.cpu;

/**
 * How QEMU ended; undefined when it was ended at the limit, which is a result like any other, and when it ran
 * elsewhere than here.
 * @throws Failure when QEMU cannot be started, `interrupted`
 */
export async function runBareProgram(
  architecture: Architecture,
  program: BareProgram,
): Promise<CommandResult | undefined> {
  const { binary, machine, memoryStep = 0 } = architecture.qemu;
  const { image, accel, cpu, devices = [], limitSeconds, signal } = program;
  const args = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'];
  args.push(
    '-machine',
    machine,
    '-accel',
    accel,
    '-cpu',
    cpu ?? cpuOf(architecture, accel),
    '-m',
    String(Math.max(64, memoryStep)),
  );
  args.push(...devices.flatMap((device) => ['-device', device]), '-kernel', image);
  const onLine = (line: string, stream: string): void => {
    if (stream === 'stdout') program.onLine(line);
  };
  if (program.start) {
    await runElsewhere(program.start([binary, ...args], 0), program);
    return undefined;
  }
  try {
    return await runCommand(binary, args, { signal, timeoutSeconds: limitSeconds, graceSeconds: 0.5, onLine });
  } catch (error) {
    if (!(error instanceof Failure) || error.name !== 'timed-out') throw error;
    return undefined;
  }
}

async function runElsewhere(emulator: EmulatorProcess, program: BareProgram): Promise<void> {
  const kill = (): void => emulator.kill();
  const timer = setTimeout(kill, program.limitSeconds * 1000);
  program.signal?.addEventListener('abort', kill, { once: true });
  for (const stream of [emulator.channel, emulator.errors]) stream.resume();
  createInterface({ input: emulator.console }).on('line', program.onLine);
  try {
    await emulator.ended;
    if (program.signal?.aborted) throw interrupted('a program without a kernel');
  } finally {
    clearTimeout(timer);
    program.signal?.removeEventListener('abort', kill);
  }
}
