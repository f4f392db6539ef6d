// SPDX-License-Identifier: MIT
// The control without any kernel: a program for `-kernel` that says what debug registers trap which no ptrace can arm.
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { type Observation, observationSchema } from '../judge/observation.ts';
import { runBareProgram } from '../machine/bare-program.ts';
import type { StartEmulator } from '../machine/emulator-process.ts';
import { buildSelfTest, SELF_TEST_SECONDS } from '../machine/selftest.ts';

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
  start?: StartEmulator,
  signal?: AbortSignal,
): Promise<Observation[]> {
  const program = architecture.qemu.bareControl;
  if (!program) return [];
  const image = await buildSelfTest(program.folder, guestCompiler(architecture), signal);
  const lines: string[] = [];
  const onLine = (line: string): void => {
    if (lines.length < LINES) lines.push(line);
  };
  await runBareProgram(architecture, { image, accel, limitSeconds: SELF_TEST_SECONDS, start, signal, onLine });
  return lines.flatMap((line) => observationSchema.safeParse(parsed(line)).data ?? []);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
