// SPDX-License-Identifier: MIT
// The control without any kernel: a program for `-kernel` that says what debug registers trap which no ptrace can arm.
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { type Observation, observationSchema } from '../judge/observation.ts';
import { buildSelfTest, SELF_TEST_SECONDS } from '../machine/selftest.ts';
import { Failure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';

/** More than it has to say; the rest is not read. */
const LINES = 100;

/**
 * Its records; none where the architecture has no such program. What it did not come to say is not there, and blames
 * nobody: a guest that hangs is ended and no failure.
 * @throws Failure when it cannot be built or QEMU cannot be started, `interrupted`
 */
export async function bareControl(
  architecture: Architecture,
  accel: 'tcg' | 'kvm',
  signal?: AbortSignal,
): Promise<Observation[]> {
  const { binary, machine, cpu, bareControl: program } = architecture.qemu;
  if (!program) return [];
  const image = await buildSelfTest(program.folder, guestCompiler(architecture), signal);
  const args = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'];
  args.push('-machine', machine, '-accel', accel, '-cpu', accel === 'kvm' ? 'host' : cpu, '-m', '64', '-kernel', image);
  const lines: string[] = [];
  const onLine = (line: string, stream: string): void => {
    if (stream === 'stdout' && lines.length < LINES) lines.push(line);
  };
  try {
    await runCommand(binary, args, { signal, timeoutSeconds: SELF_TEST_SECONDS, graceSeconds: 0.5, onLine });
  } catch (error) {
    if (!(error instanceof Failure) || error.name !== 'timed-out') throw error;
  }
  return lines.flatMap((line) => observationSchema.safeParse(parsed(line)).data ?? []);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
