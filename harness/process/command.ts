// SPDX-License-Identifier: MIT
// Runs one program to its end: a process group of its own, bounded memory, and nothing that outlives an abort.
import { constants } from 'node:os';
import { execa } from 'execa';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import { Output, type OutputOptions } from './output.ts';

export interface CommandOptions extends OutputOptions {
  readonly cwd?: string;
  /** The whole environment; without it the program inherits ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to the program's standard input, which is closed otherwise. */
  readonly input?: string | Uint8Array;
  /** Ends the process group: SIGTERM, and SIGKILL after `graceSeconds`. */
  readonly signal?: AbortSignal | undefined;
  /** Default 2. */
  readonly graceSeconds?: number;
  /** Ends the group after so many seconds with a Failure `timed-out`. */
  readonly timeoutSeconds?: number;
}

export interface CommandResult {
  /** Exit status; 128 + the signal's number when a signal ended it, as a shell says it. */
  readonly exitCode: number;
  /** The end of stdout, at most `keepBytes`. */
  readonly stdout: string;
  /** The end of stdout and stderr in the order in which they came, at most `keepBytes`. */
  readonly tail: string;
}

const liveGroups = new Set<number>();
let exitHook = false;

/** Sends a signal to every member of a process group; a group that is gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function guard(group: number): void {
  liveGroups.add(group);
  if (exitHook) return;
  exitHook = true;
  // The last resort when the harness ends without waiting: process.exit(), or an uncaught error.
  process.on('exit', () => {
    for (const left of liveGroups) signalGroup(left, 'SIGKILL');
  });
}

export function interrupted(what: string): Failure {
  return new Failure(
    'interrupted',
    'interrupted',
    `${what} was interrupted`,
    'Nothing half-made is left; run it again',
  );
}

/**
 * Runs a program and waits for it. A status other than 0 is a result, not an error.
 * @throws Failure `missing-tool` when it cannot be started, `interrupted` when the signal was aborted, `timed-out`.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  if (options.signal?.aborted) throw interrupted(file);
  const output = new Output(options);
  let ended: 'aborted' | 'timed-out' | undefined;
  let broken: unknown;
  const timers: NodeJS.Timeout[] = [];
  let end: (() => void) | undefined;
  try {
    const child = execa(file, [...args], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: { ...options.env }, extendEnv: false }),
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
      encoding: 'buffer',
    });
    const group = child.pid;
    const finish = (why: typeof ended): void => {
      ended ??= why;
      if (group === undefined) return;
      signalGroup(group, 'SIGTERM');
      timers.push(setTimeout(() => signalGroup(group, 'SIGKILL'), (options.graceSeconds ?? 2) * 1000));
    };
    if (group !== undefined) guard(group);
    end = () => finish('aborted');
    options.signal?.addEventListener('abort', end, { once: true });
    if (options.timeoutSeconds !== undefined) {
      timers.push(setTimeout(() => finish('timed-out'), options.timeoutSeconds * 1000));
    }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        if (broken !== undefined) return;
        try {
          output.add(name, chunk);
        } catch (error) {
          // A full disk under the log, or a callback that throws: the program is ended, then it is told.
          broken = error;
          finish('aborted');
        }
      });
    }
    // What the leader leaves behind in its group would hold the pipes, and outlive us.
    child.once('exit', () => group !== undefined && signalGroup(group, 'SIGKILL'));
    const result = await child;
    if (group !== undefined) liveGroups.delete(group);
    if (broken !== undefined) throw broken;
    output.end();
    if (ended === 'aborted') throw interrupted(file);
    if (ended === 'timed-out') {
      throw infrastructureFailure(
        'timed-out',
        `${file} did not end within ${options.timeoutSeconds} s`,
        'Look at what it waits for, or run it again on a quieter machine',
      );
    }
    if (result.exitCode === undefined && result.signal === undefined) {
      throw infrastructureFailure(
        'missing-tool',
        `cannot start ${file}: ${result.originalMessage ?? 'unknown reason'}`,
        'See what is missing with ./trapline doctor',
        result.cause,
      );
    }
    const signalNumber = result.signal === undefined ? 0 : (constants.signals[result.signal as NodeJS.Signals] ?? 0);
    return { exitCode: result.exitCode ?? 128 + signalNumber, stdout: output.stdout, tail: output.tail };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    if (end) options.signal?.removeEventListener('abort', end);
    output.close();
  }
}

/** Like `runCommand`, for programs that must succeed: its stdout. @throws Failure `command-failed` otherwise */
export async function commandOutput(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await runCommand(file, args, options);
  if (result.exitCode === 0) return result.stdout;
  const lastLine = result.tail.trimEnd().split('\n').at(-1) ?? '';
  throw infrastructureFailure(
    'command-failed',
    `${[file, ...args].join(' ').slice(0, 200)} ended with ${result.exitCode}: ${lastLine}`,
    'Run it by hand to see more',
  );
}
