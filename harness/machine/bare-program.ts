// SPDX-License-Identifier: MIT
// A program for `-kernel` (guest/selftest/), run by an emulated machine without any kernel; its output is the result.
import type { Architecture } from '../arch/record.ts';
import { Failure } from '../outcome/failure.ts';
import { type CommandResult, runCommand } from '../process/command.ts';

export interface BareProgram {
  /** The ELF file. */
  readonly image: string;
  readonly accel: 'tcg' | 'kvm';
  /** CPU model; by default the one that a run takes with this accelerator. */
  readonly cpu?: string | undefined;
  /** `-device` arguments. */
  readonly devices?: readonly string[];
  readonly limitSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Each line on the first serial port. */
  readonly onLine: (line: string) => void;
}

/** The CPU model that a run takes with an accelerator. */
export const cpuOf = (architecture: Architecture, accel: 'tcg' | 'kvm'): string =>
  accel === 'kvm' ? 'host' : architecture.qemu.cpu;

/**
 * How QEMU ended; undefined when it was ended at the limit, which is a result like any other.
 * @throws Failure when QEMU cannot be started, `interrupted`
 */
export async function runBareProgram(
  architecture: Architecture,
  program: BareProgram,
): Promise<CommandResult | undefined> {
  const { binary, machine } = architecture.qemu;
  const { image, accel, cpu, devices = [], limitSeconds, signal } = program;
  const args = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'];
  args.push('-machine', machine, '-accel', accel, '-cpu', cpu ?? cpuOf(architecture, accel), '-m', '64');
  args.push(...devices.flatMap((device) => ['-device', device]), '-kernel', image);
  const onLine = (line: string, stream: string): void => {
    if (stream === 'stdout') program.onLine(line);
  };
  try {
    return await runCommand(binary, args, { signal, timeoutSeconds: limitSeconds, graceSeconds: 0.5, onLine });
  } catch (error) {
    if (!(error instanceof Failure) || error.name !== 'timed-out') throw error;
    return undefined;
  }
}
