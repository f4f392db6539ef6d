// SPDX-License-Identifier: MIT
// exec: one static program in a guest; its output and its exit status are passed on.
import path from 'node:path';
import { findArchitecture } from '../arch/index.ts';
import { demandPackages } from '../doctor/index.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { buildKernel, crossPrefix, parseKernelRequest, resolveKernel, withConfigs } from '../kernel/index.ts';
import { chooseAccelerator } from '../machine/accelerator.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { type Crash, crashTitle, crashTrace } from '../outcome/crash.ts';
import { EXIT, infrastructureFailure } from '../outcome/failure.ts';
import { visible } from '../outcome/visible.ts';
import { type ExecResult, execInGuest, readWorkFiles } from '../run/exec.ts';
import { emulatorFor, runsHere } from './emulators.ts';
import { withSession } from './session.ts';

export interface ExecOptions {
  arch: string;
  kernel: string;
  config?: string[];
  file?: string[];
  accel: 'auto' | 'tcg' | 'kvm';
  qemu?: string;
  runIn?: string;
  cpus?: number;
  timeout?: number;
  console?: string;
  install?: boolean;
}

/** Statuses of the tool itself, apart from what programs usually end with. */
const PANIC = 121;
const LOST = 122;
const TIMED_OUT = 124;

export async function exec(program: string, args: string[], options: ExecOptions): Promise<void> {
  const architecture = withEmulatorFrom(options.qemu, findArchitecture(options.arch));
  const request = withConfigs(parseKernelRequest(options.kernel), options.config ?? []);
  const work = readWorkFiles(program, options.file ?? []);
  const result = await withSession(async ({ signal, sink }): Promise<ExecResult> => {
    await demandPackages(
      [architecture],
      { install: options.install ?? false, build: true, emulators: runsHere(options) },
      sink,
    );
    const [emulator, accelerator, programs, plan] = await Promise.all([
      emulatorFor(options).then((find) => find(architecture)),
      chooseAccelerator(architecture, options.accel, { signal }),
      buildGuestPrograms(architecture, sink, signal),
      resolveKernel(request, architecture, sink, signal),
    ]);
    const artifact = await buildKernel(plan, sink, signal);
    return execInGuest({
      architecture: plan.architecture,
      kernelImage: artifact.image,
      programs,
      accel: accelerator.accel,
      sandbox: emulator.sandbox,
      start: emulator.start,
      command: [work.program, ...args],
      files: work.files,
      cpus: options.cpus,
      timeoutSeconds: options.timeout,
      consoleFile: options.console === undefined ? undefined : path.resolve(options.console),
      stdout: (bytes) => passOn(process.stdout, bytes),
      stderr: (bytes) => passOn(process.stderr, bytes),
      binutils: { prefix: crossPrefix(architecture), vmlinux: artifact.vmlinux },
      signal,
    });
  });
  const status = exitStatus(result);
  tellCrashes(result.crashes ?? []);
  process.exitCode = status;
}

/** What is told of a kernel that complains without end. */
const MOST_CRASHES = 3;

function tellCrashes(crashes: readonly Crash[]): void {
  const lines = crashes.slice(0, MOST_CRASHES).flatMap((crash) => {
    const trace = crash.severity === 'warning' ? [] : crashTrace(crash);
    return [`trapline: the guest's kernel: ${crashTitle(crash)}`, ...trace.map((line) => `  ${line}`)];
  });
  for (const line of lines) process.stderr.write(`${visible(line)}\n`);
}

/** Undefined when the bytes are on their way, else what to wait for before more of them. */
function passOn(stream: NodeJS.WriteStream, bytes: Buffer): Promise<void> | undefined {
  if (stream.write(bytes) || stream.destroyed) return undefined;
  return new Promise((resolve) => {
    const go = () => {
      stream.off('drain', go);
      stream.off('close', go);
      resolve();
    };
    stream.once('drain', go);
    stream.once('close', go);
  });
}

function exitStatus(result: ExecResult): number {
  if (result.kind === 'exited') return result.status;
  if (result.kind === 'signalled') return 128 + result.signal;
  if (result.kind === 'timed-out') {
    process.stderr.write('trapline: the program did not end within --timeout, and was ended\n');
    return TIMED_OUT;
  }
  const { outcome, detail } = result.end;
  if (outcome === 'stopped') return EXIT.interrupted;
  for (const line of result.consoleTail.split('\n').filter(Boolean)) process.stderr.write(`${visible(line)}\n`);
  if (outcome === 'panic') {
    process.stderr.write(`trapline: the guest's kernel panicked: ${visible(detail)}\n`);
    return PANIC;
  }
  if (outcome === 'emulator-failed') {
    throw infrastructureFailure(
      'emulator-failed',
      detail,
      'Is the kernel image whole? --console FILE keeps what it printed',
    );
  }
  process.stderr.write(`trapline: the guest was lost (${outcome}): ${visible(detail)}\n`);
  return LOST;
}
