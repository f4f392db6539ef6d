// SPDX-License-Identifier: MIT
// exec: one static program in a guest; its output and its exit status are passed on.
import path from 'node:path';
import { architectures, findArchitecture } from '../arch/index.ts';
import { demandPackages } from '../doctor/index.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import type { WorkFile } from '../initramfs/initramfs.ts';
import { buildKernel, parseKernelRequest, resolveKernel, symbolTools, withConfigs } from '../kernel/index.ts';
import { chooseAccelerator } from '../machine/accelerator.ts';
import { withEmulatorFrom, withNewEmulator } from '../machine/emulator.ts';
import { type Crash, crashTitle, crashTrace } from '../outcome/crash.ts';
import { EXIT, requestFailure } from '../outcome/failure.ts';
import { visible } from '../outcome/visible.ts';
import { type ExecResult, execInGuest, readFiles, readWorkFiles } from '../shell/exec.ts';
import { execInRunningGuest, type GuestStage } from '../shell/guest-exec.ts';
import { findGuest } from '../shell/guest-record.ts';
import { demandRunnable, interpreterOf, whyNotStarted } from '../shell/runnable.ts';
import { demandNamedFile } from '../store/named-file.ts';
import { emulatorFor, runsHere } from './emulators.ts';
import { lostGuestStatus } from './lost-guest.ts';
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

/** The tool's own status, apart from what programs usually end with; see also lost-guest.ts. */
const TIMED_OUT = 124;

/** What may be said besides, of a guest that is up already. */
interface RunningGuestOptions {
  guest: string;
  file?: string[];
  fetch?: string[];
  timeout?: number;
}

export async function exec(
  program: string | undefined,
  args: string[],
  options: Partial<ExecOptions & RunningGuestOptions>,
): Promise<void> {
  const { guest, arch } = options;
  if (guest !== undefined) return inRunningGuest(program, args, { ...options, guest });
  if (arch === undefined || program === undefined) {
    throw requestFailure(
      'nothing-to-run',
      arch === undefined ? 'exec needs --arch, or --guest for a guest that is up' : 'exec needs a program',
      'For example: ./trapline exec --arch arm64 -- ./a.out',
    );
  }
  if (options.fetch) {
    throw requestFailure(
      'nothing-to-fetch-from',
      '--fetch is for a guest that is up: one made for the program is gone when that ends',
      'Name one with --guest (./trapline shell --arch NAME --ssh), or let the program print it',
    );
  }
  await inFreshGuest(program, args, { kernel: 'with', accel: 'auto', ...options, arch });
}

async function inRunningGuest(program: string | undefined, args: string[], options: RunningGuestOptions) {
  const address = findGuest(options.guest);
  const architecture = architectures.find(({ name }) => name === address.architecture);
  const work = program === undefined ? undefined : readWorkFiles(program, options.file ?? [], true);
  // What it has of a system, by --with too, it alone knows: a program is refused only for its processor.
  if (work && architecture) demandRunnable(work.program, work.files, architecture);
  const file = work && programFile(work);
  const result = await withSession(({ signal }) =>
    execInRunningGuest(address, {
      files: work?.files ?? readFiles(options.file ?? []),
      command: work && [work.program, ...args],
      interpreter: file && interpreterOf(file),
      fetch: options.fetch ?? [],
      into: process.cwd(),
      timeoutSeconds: options.timeout,
      stdout: process.stdout,
      stderr: process.stderr,
      signal,
    }),
  );
  if (result.kind === 'exited') {
    process.exitCode = result.status;
    const { status, lacks = false } = result;
    tellWhy(file && whyNotStarted(status, file, architecture, { lacks, shell: true }));
  } else if (result.kind === 'timed-out') process.exitCode = timedOut(STAGES[result.stage]);
  else if (result.kind === 'interrupted') process.exitCode = EXIT.interrupted;
  else {
    const end = { outcome: 'silent', detail: 'the connection was lost', seconds: 0 } as const;
    process.exitCode = lostGuestStatus({ booted: true, end, consoleTail: '' });
  }
}

async function inFreshGuest(program: string, args: string[], options: ExecOptions): Promise<void> {
  const known = withEmulatorFrom(options.qemu, findArchitecture(options.arch));
  const request = withConfigs(parseKernelRequest(options.kernel), options.config ?? []);
  const work = readWorkFiles(program, options.file ?? []);
  demandRunnable(work.program, work.files, known, GUEST_OWN);
  // Before a kernel is built.
  if (options.console !== undefined) demandNamedFile(options.console);
  const result = await withSession(async ({ signal, sink }): Promise<ExecResult> => {
    await demandPackages(
      [known],
      { install: options.install ?? false, build: true, emulators: runsHere(options) },
      sink,
    );
    const find = await emulatorFor(options);
    const architecture = await withNewEmulator(known, find, sink, signal);
    const [emulator, accelerator, programs, plan] = await Promise.all([
      find(architecture, signal),
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
      binutils: { ...symbolTools(architecture), vmlinux: artifact.vmlinux },
      signal,
    });
  });
  const status = exitStatus(result);
  tellCrashes(result.crashes ?? []);
  const file = programFile(work);
  if (file && result.kind === 'exited') {
    tellWhy(whyNotStarted(status, file, known, { lacks: false, shell: false }));
  }
  process.exitCode = status;
}

/** What a guest for one program has beside its files. */
const GUEST_OWN = ['/init', '/probe', '/compat32'];

/** The program, where it is the user's and not the guest's own. */
const programFile = ({ program, files }: ReturnType<typeof readWorkFiles>): WorkFile | undefined =>
  files.find(({ name }) => program === `./${name}`);

function tellWhy(why: string | undefined): void {
  if (why !== undefined) process.stderr.write(`trapline: ${visible(why)}\n`);
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

const STAGES: Readonly<Record<GuestStage, string>> = {
  'files-in': 'copying the files into the guest',
  program: 'the program',
  'files-out': 'copying the files out of the guest',
};

function timedOut(what = STAGES.program): number {
  process.stderr.write(`trapline: ${what} did not end within --timeout, and was ended\n`);
  return TIMED_OUT;
}

function exitStatus(result: ExecResult): number {
  if (result.kind === 'exited') return result.status;
  if (result.kind === 'signalled') return 128 + result.signal;
  if (result.kind === 'timed-out') return timedOut();
  return lostGuestStatus(result);
}
