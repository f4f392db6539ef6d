// SPDX-License-Identifier: MIT
// Can a guest run a program of the user's? What never can is refused before anything is built; where it depends on what
// the guest has, it is explained once it has failed.
import path from 'node:path';
import { elfName, isNative, readElf, runsOn } from '../arch/elf.ts';
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import type { WorkFile } from '../initramfs/initramfs.ts';
import { type Failure, requestFailure } from '../outcome/failure.ts';

/** What execve(2) reads of a script's first line. */
const FIRST_LINE_BYTES = 256;
/** Interpreters of interpreters that Linux follows. */
const MOST_INTERPRETERS = 5;
/** What a shell, and init, end with when a program could not be started; so does a loader that finds no library. */
export const NOT_STARTED: readonly number[] = [126, 127];

const IN_SHELL = 'a guest of ./trapline shell --ssh';

/** Interpreter of a script, as its first line names it. */
function scriptInterpreter(content: Uint8Array): string | undefined {
  const [line = ''] = Buffer.from(content.subarray(0, FIRST_LINE_BYTES)).toString('latin1').split('\n');
  return /^#![ \t]*([^ \t\r]+)/.exec(line)?.[1];
}

const inWork = (file: string): string => path.posix.resolve('/work', file);

/** Path in the guest of what runs a program beside the kernel: its loader, or a script's interpreter. */
export function interpreterOf({ content }: WorkFile): string | undefined {
  const interpreter = readElf(content)?.interpreter ?? scriptInterpreter(content);
  return interpreter === undefined ? undefined : inWork(interpreter);
}

function foreign({ name, content }: WorkFile, architecture: Architecture): Failure | undefined {
  const elf = readElf(content);
  if (!elf || runsOn(elf, architecture)) return undefined;
  return requestFailure(
    'program-foreign',
    `${name} is for ${elfName(elf)}, the guest is ${architecture.name}`,
    `Build it with ${guestCompiler(architecture)} -static, or name another --arch`,
  );
}

/** What is said of a program whose interpreter the guest has not. */
function without(interpreter: string, { name, content }: WorkFile): { name: string; what: string; remedy: string } {
  if (readElf(content)) {
    return {
      name: 'program-dynamic',
      what: `${name} is dynamically linked (needs ${interpreter}), which the guest has not`,
      remedy: `Link it with -static; ${IN_SHELL} --with libc6 has a loader and the C library`,
    };
  }
  return {
    name: 'interpreter-missing',
    what: `${name} is a script for ${interpreter}, which the guest has not`,
    remedy: `Give it one that is static, e.g. --file busybox and "#!/work/busybox sh"; ${IN_SHELL} has /bin/sh`,
  };
}

/**
 * Refuses what a guest of this architecture cannot run.
 * @param guestHas the paths that a guest without a system of its own has beside the files
 * @throws Failure `program-foreign`; with `guestHas`: `program-dynamic`, `interpreter-missing`
 */
export function demandRunnable(
  program: string,
  files: readonly WorkFile[],
  architecture: Architecture,
  guestHas?: readonly string[],
): void {
  let place = inWork(program);
  for (let depth = 0; depth < MOST_INTERPRETERS; depth++) {
    const file = files.find(({ name }) => inWork(name) === place);
    if (!file) return;
    const wrong = foreign(file, architecture);
    if (wrong) throw wrong;
    const interpreter = interpreterOf(file);
    if (interpreter === undefined) return;
    const there = files.some(({ name }) => inWork(name) === interpreter) || guestHas?.includes(interpreter);
    if (guestHas && !there && !interpreter.startsWith('/proc/')) {
      const { name, what, remedy } = without(interpreter, file);
      throw requestFailure(name, what, remedy);
    }
    place = interpreter;
  }
}

/**
 * Why a program could not be started, when that is known; it has ended with this status.
 * @param lacks the guest was asked for the program's interpreter, and has it not
 */
export function whyNotStarted(
  status: number,
  file: WorkFile,
  architecture: Architecture | undefined,
  { lacks, shell }: { readonly lacks: boolean; readonly shell: boolean },
): string | undefined {
  if (!NOT_STARTED.includes(status)) return undefined;
  const interpreter = interpreterOf(file);
  if (interpreter !== undefined && lacks) {
    const { what, remedy } = without(interpreter, file);
    return `${what}. ${remedy}`;
  }
  const elf = readElf(file.content);
  if (elf && architecture && !isNative(elf, architecture)) {
    return `${file.name} is for ${elfName(elf)}: does the guest's ${architecture.name} kernel run such programs?`;
  }
  // A shell takes what it does not know for a script of its own.
  if (elf || interpreter !== undefined || shell) return undefined;
  return `${file.name} is neither an ELF program nor a script with "#!" in its first line: the guest cannot run it`;
}
