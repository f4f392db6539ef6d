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

/** @throws Failure `self-test-build-failed`, `missing-tool` */
export async function buildBareProgram(architecture: Architecture, signal?: AbortSignal): Promise<string | undefined> {
  const program = architecture.qemu.bareControl;
  return program && buildSelfTest(program.folder, guestCompiler(architecture), signal);
}

interface BareControl {
  readonly architecture: Architecture;
  readonly accel: 'tcg' | 'kvm';
  /** By default it is built. */
  readonly bareProgram?: string | undefined;
  readonly start?: StartEmulator | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Its records; none where the architecture has no such program. What it did not come to say is not there, and blames
 * nobody: a guest that hangs is ended and no failure.
 * @throws Failure when it cannot be built or QEMU cannot be started, `interrupted`
 */
export async function bareControl({
  architecture,
  accel,
  bareProgram,
  start,
  signal,
}: BareControl): Promise<Observation[]> {
  const image = bareProgram ?? (await buildBareProgram(architecture, signal));
  if (image === undefined) return [];
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
