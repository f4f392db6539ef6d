// SPDX-License-Identifier: MIT
// One program in one guest: its files go in with the initramfs, its output comes out on the channel.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { type Binutils, cutCrashes, withPlaces } from '../crash/index.ts';
import { RecordReader } from '../guest/records.ts';
import type { GuestPrograms } from '../initramfs/guest-programs.ts';
import { packInitramfs, type WorkFile } from '../initramfs/initramfs.ts';
import { qemuCommand } from '../machine/argv.ts';
import type { StartEmulator } from '../machine/emulator-process.ts';
import { Machine } from '../machine/machine.ts';
import type { Crash } from '../outcome/crash.ts';
import { requestFailure } from '../outcome/failure.ts';
import { PATIENCE } from '../run/turn.ts';
import { writingNamedFile } from '../store/named-file.ts';
import { withScratch } from '../store/temporary.ts';
import { consoleTail, keptConsole, type LostGuest } from './lost.ts';

/** A program may be silent as long as it likes, if --timeout does not say otherwise: a day. */
const PROGRAM_PATIENCE = 86_400;

export interface GuestOptions {
  readonly architecture: Architecture;
  readonly kernelImage: string;
  readonly programs: GuestPrograms;
  readonly accel: 'tcg' | 'kvm';
  readonly sandbox: boolean;
  /** Where QEMU runs; by default on this machine. */
  readonly start?: StartEmulator | undefined;
  /** Program and arguments, as the guest finds them in its working directory. */
  readonly command: readonly string[];
  readonly files: readonly WorkFile[];
  /** CPUs of the guest; the architecture's by default. */
  readonly cpus?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
}

export interface ExecOptions extends GuestOptions {
  /** What the kernel's addresses are looked up with, when it falls over. */
  readonly binutils?: Binutils | undefined;
  /** Where the console is kept; by default it is kept for the result's tail only. */
  readonly consoleFile?: string | undefined;
  /** A promise holds the guest back until it is settled, so that a slow reader costs time and not memory. */
  readonly stdout: (bytes: Buffer) => Promise<void> | undefined;
  readonly stderr: (bytes: Buffer) => Promise<void> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type ExecResult = Ended & {
  /** What the kernel said, if it fell over or complained. */
  readonly crashes?: readonly Crash[];
};

type Ended =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: number }
  | { readonly kind: 'timed-out' }
  /** The guest ended before the program did. */
  | ({ readonly kind: 'lost' } & LostGuest);

const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();

/** Files for the guest's working directory. @throws Failure `no-such-file`, `file-named-twice` */
export function readFiles(paths: readonly string[]): WorkFile[] {
  const named = new Map<string, string>();
  for (const file of paths) {
    const name = path.basename(file);
    const before = named.get(name);
    if (before !== undefined && path.resolve(before) !== path.resolve(file)) {
      throw requestFailure(
        'file-named-twice',
        `${before} and ${file} would both be called ${name} in the guest`,
        'Files lie in the working directory under their base name: rename one',
      );
    }
    if (!isFile(file)) {
      throw requestFailure('no-such-file', `there is no file ${file}`, 'Name an existing file for the guest');
    }
    named.set(name, file);
  }
  return [...named].map(([name, file]) => ({ name, content: readFileSync(file) }));
}

/**
 * The program and its files, read from the host. The program is a file of the host (it then lies in the
 * working directory too), or one of the names of `files`, or a path in the guest such as /probe.
 * @param running the guest is up: whatever the host has no file for is the guest's, in its PATH too
 * @throws Failure `no-such-file`, `file-named-twice`
 */
export function readWorkFiles(
  program: string,
  paths: readonly string[],
  running = false,
): { program: string; files: WorkFile[] } {
  const base = path.basename(program);
  const named = paths.some((file) => path.basename(file) === base);
  // A path of the guest's own, when the host has no such file.
  const guestOwn = running ? !named && !isFile(program) : path.isAbsolute(program) && !existsSync(program);
  const files = readFiles(guestOwn || named ? paths : [...paths, program]);
  return { program: guestOwn ? program : `./${base}`, files };
}

export function execInGuest(options: ExecOptions): Promise<ExecResult> {
  const { consoleFile } = options;
  if (consoleFile !== undefined) {
    return writingNamedFile(consoleFile, () => runGuest(options, consoleFile));
  }
  return withScratch((scratch) => runGuest(options, path.join(scratch, 'console.log')));
}

/** The initramfs is packed, and the bare command that boots it returned. */
export function guestCommand(options: GuestOptions): string[] {
  const initramfs = packInitramfs({
    programs: options.programs,
    plan: [`exec 0 ${(options.timeoutSeconds ?? 0) * 1000}`],
    exec: options.command,
    work: options.files,
  });
  return qemuCommand(options.architecture, {
    kernel: options.kernelImage,
    initrd: initramfs.path,
    accel: options.accel,
    sandbox: options.sandbox,
    cpus: options.cpus,
    memoryMegabytes: memoryFor(options.architecture, options.files),
  });
}

async function runGuest(options: ExecOptions, consoleFile: string): Promise<ExecResult> {
  const command = guestCommand(options);
  let result: Ended | undefined;
  let booted = false;
  let progress = false;
  let slow: Promise<void>[] = [];
  const reader = new RecordReader((record) => {
    // What a program prints is a sign of life only where it has no limit.
    progress ||= record.record !== 'output' || options.timeoutSeconds === undefined;
    if (record.record === 'boot') booted = true;
    else if (record.record === 'output') {
      const waiting = (record.stream === 2 ? options.stderr : options.stdout)(Buffer.from(record.hex, 'hex'));
      if (waiting) slow.push(waiting);
    } else if (record.record === 'end') {
      if (record.timedOut) result = { kind: 'timed-out' };
      else if (record.signal !== undefined) result = { kind: 'signalled', signal: record.signal };
      else result = { kind: 'exited', status: record.status ?? 0 };
    }
  });
  const machine: Machine = new Machine(
    // A program may print as much as it likes: it is passed on, not kept.
    {
      command,
      consoleFile,
      signal: options.signal,
      limits: { channelBytes: Number.POSITIVE_INFINITY },
      start: options.start,
    },
    {
      onChannel: (text) => {
        progress = false;
        slow = [];
        reader.add(text);
        // The rest of the guest's life is of no interest; ending it is quicker than its power-off.
        if (result) machine.stop('finished', '');
        return slow.length > 0 ? Promise.all(slow).then(() => progress) : progress;
      },
      patience: () => {
        if (!booted) return PATIENCE.bootSeconds;
        return options.timeoutSeconds === undefined ? PROGRAM_PATIENCE : options.timeoutSeconds + PATIENCE.stepSeconds;
      },
      finished: () => result !== undefined,
    },
  );
  const end = await machine.ended;
  const console = keptConsole(consoleFile);
  const cut = cutCrashes(console).map(({ crash }) => crash);
  const crashes = options.binutils ? await withPlaces(cut, options.binutils) : cut;
  const said = crashes.length > 0 ? { crashes } : {};
  if (result) return { ...result, ...said };
  return { kind: 'lost', booted, end, consoleTail: consoleTail(console), ...said };
}

/** Megabytes in which memory is added: with 258 of them a sparc64 kernel oopses while it counts its pages. */
const MEMORY_STEP = 32;

/** Megabytes of a guest with these files: the archive is unpacked into memory while it is still there itself. */
export const memoryFor = (architecture: Architecture, files: readonly WorkFile[]): number =>
  memoryForBytes(
    architecture,
    files.reduce((sum, file) => sum + file.content.length, 0),
  );

/** The same for so many bytes of an archive. */
export function memoryForBytes(architecture: Architecture, bytes: number): number {
  const { memoryMegabytes, memoryStep: step = MEMORY_STEP } = architecture.qemu;
  return step === 0 ? memoryMegabytes : memoryMegabytes + Math.ceil((2 * bytes) / 2 ** 20 / step) * step;
}
