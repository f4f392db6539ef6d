// SPDX-License-Identifier: MIT
// Does an accelerator trap on the guest's debug registers? A bare-metal program tries it (guest/selftest/).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Architecture } from '../arch/record.ts';
import { inCache, inProject } from '../config/paths.ts';
import { kernelCompiler } from '../initramfs/guest-programs.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { readJson, sha256File, sha256Json } from '../store/hash.ts';
import { withScratch, writeFileAtomically } from '../store/temporary.ts';
import { cpuOf, runBareProgram } from './bare-program.ts';
import { findEmulator } from './emulator.ts';

/** Longest that the self-test may take; one that traps takes a tenth of a second. */
export const SELF_TEST_SECONDS = 5;

const selfTestResultSchema = z.strictObject({
  passed: z.boolean(),
  /** What was seen, in words: the guest's line, or how QEMU ended. */
  seen: z.string(),
});
export type SelfTestResult = z.infer<typeof selfTestResultSchema>;

const rememberedSchema = z.strictObject({ key: z.string(), result: selfTestResultSchema });

export interface SelfTestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default `SELF_TEST_SECONDS`. */
  readonly limitSeconds?: number;
  /** CPU model; by default the one that a run takes with this accelerator. */
  readonly cpu?: string;
  /** The built test; by default it is built. */
  readonly image?: string;
}

/** A guest's bytes as one short line of printable ASCII. */
const printable = (text: string): string =>
  text
    .replace(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 200);

/**
 * Judges the guest's line: each of the three events once, at the right place, and nothing else.
 * Undefined when there is no such line (the guest did not come so far).
 */
export function judgeSelfTest(output: string): SelfTestResult | undefined {
  const line = output.split('\n').find((candidate) => /^selftest write=\d+ /.test(candidate));
  if (line === undefined) return undefined;
  const passed = /^selftest write=1 execute=1 step=1 misplaced=0 other=0(?: dr6=\S+)?\s*$/.test(line);
  return { passed, seen: printable(line) };
}

function sourceHash(folder: string): string {
  const names = readdirSync(folder).sort();
  return sha256Json(names.map((name) => [name, sha256File(path.join(folder, name))]));
}

/** The self-test's image, compiled when its sources changed. @throws Failure `self-test-build-failed`, `missing-tool` */
export async function buildSelfTest(folder: string, compiler: string, signal?: AbortSignal): Promise<string> {
  const source = inProject('guest', 'selftest', folder);
  const image = inCache('selftest', folder, `${sourceHash(source).slice(0, 32)}.elf`);
  if (existsSync(image)) return image;
  return withScratch(async (scratch) => {
    const out = path.join(scratch, 'selftest.elf');
    const result = await runCommand('make', ['-s', '-C', source, `CC=${compiler}`, `OUT=${out}`], { signal });
    if (result.exitCode !== 0) {
      throw infrastructureFailure(
        'self-test-build-failed',
        `the debug-register self-test does not compile: ${printable(result.tail)}`,
        `See it all with: make -C guest/selftest/${folder} CC=${compiler}`,
      );
    }
    writeFileAtomically(image, readFileSync(out));
    return image;
  });
}

/**
 * Runs the self-test once under an accelerator; whatever QEMU or the guest does is a result.
 * @throws Failure when it cannot be built or QEMU cannot be started, `interrupted`
 */
export async function runSelfTest(
  architecture: Architecture,
  accel: 'tcg' | 'kvm',
  options: SelfTestOptions = {},
): Promise<SelfTestResult> {
  const { selfTest } = architecture.qemu;
  if (!selfTest) throw new Error(`the record of ${architecture.name} names no self-test`);
  const image = options.image ?? (await buildSelfTest(selfTest.folder, kernelCompiler(architecture), options.signal));
  const limitSeconds = options.limitSeconds ?? SELF_TEST_SECONDS;
  let printed = '';
  const onLine = (line: string): void => {
    if (printed.length < 4096) printed += `${line}\n`;
  };
  const { cpu, signal } = options;
  const { devices } = selfTest;
  const ended = await runBareProgram(architecture, { image, accel, cpu, devices, limitSeconds, signal, onLine });
  const judged = judgeSelfTest(printed);
  if (judged) return judged;
  if (!ended) return { passed: false, seen: `no answer from the guest within ${limitSeconds} s` };
  const said = ended.tail.trimEnd().split('\n').slice(-2).map(printable).join(' ');
  return { passed: false, seen: `no answer from the guest; QEMU ended with ${ended.exitCode}: ${said || 'silent'}` };
}

export interface RememberOptions extends SelfTestOptions {
  /** Folder of `sys/kernel/random/boot_id`, normally `/proc`. */
  readonly proc?: string;
  /** A failure that is remembered is tried again, since load may have caused it. */
  readonly retryFailure?: boolean;
  /** Replaces the test itself in unit tests. */
  readonly run?: (architecture: Architecture, options: SelfTestOptions) => Promise<SelfTestResult>;
  /** QEMU's version, when the caller knows it already. */
  readonly emulatorVersion?: string;
}

/**
 * The self-test under KVM, run once per boot of the host, version of QEMU and version of the self-test:
 * what KVM can do depends on the host's kernel and its modules, and they change with a boot.
 */
export async function kvmSelfTest(architecture: Architecture, options: RememberOptions = {}): Promise<SelfTestResult> {
  const { selfTest, machine } = architecture.qemu;
  if (!selfTest) throw new Error(`the record of ${architecture.name} names no self-test`);
  const key = sha256Json({
    boot: readFileSync(path.join(options.proc ?? '/proc', 'sys/kernel/random/boot_id'), 'utf8').trim(),
    emulator: options.emulatorVersion ?? (await findEmulator(architecture, options.signal)).version,
    source: sourceHash(inProject('guest', 'selftest', selfTest.folder)),
    machine,
    devices: selfTest.devices,
    cpu: options.cpu ?? cpuOf(architecture, 'kvm'),
  });
  const file = inCache('selftest', selfTest.folder, 'kvm.json');
  const remembered = rememberedSchema.safeParse(readJson(file)).data;
  if (remembered?.key === key && (remembered.result.passed || !options.retryFailure)) return remembered.result;
  const run = options.run ?? ((one, how) => runSelfTest(one, 'kvm', how));
  const result = await run(architecture, options);
  writeFileAtomically(file, `${JSON.stringify({ key, result })}\n`);
  return result;
}
