// SPDX-License-Identifier: MIT
// Runs one program to its end: a process group of its own, bounded memory, and nothing that outlives an abort.
import { closeSync, openSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { execa } from 'execa';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';

export interface CommandOptions {
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
  /** Told of each line of stdout and stderr, without its newline, as it comes. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** All output is appended to this file. */
  readonly logFile?: string;
  /** Most bytes of stdout, and of the tail, that are kept: the last ones. Default 4 MiB. */
  readonly keepBytes?: number;
}

export interface CommandResult {
  /** Exit status; 128 + the signal's number when a signal ended it, as a shell says it. */
  readonly exitCode: number;
  /** The end of stdout, at most `keepBytes`. */
  readonly stdout: string;
  /** The end of stdout and stderr in the order in which they came, at most `keepBytes`. */
  readonly tail: string;
}

/** The last `limit` bytes of a stream, in at most twice that memory. */
class Tail {
  private chunks: Buffer[] = [];
  private size = 0;
  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > 2 * this.limit) {
      this.chunks = [this.bytes()];
      this.size = this.chunks[0]?.length ?? 0;
    }
  }

  private bytes(): Buffer {
    const all = Buffer.concat(this.chunks);
    // A copy: a view would keep the whole of `all` in memory.
    return all.length > this.limit ? Buffer.from(all.subarray(all.length - this.limit)) : all;
  }

  toString(): string {
    return this.bytes().toString('utf8');
  }
}

/** Cuts a stream into lines; a line longer than 64 KiB is cut, so that output without newlines stays bounded. */
function lineSplitter(tell: (line: string) => void): { add(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    add(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) tell(line);
      if (rest.length > 65_536) {
        tell(rest);
        rest = '';
      }
    },
    end() {
      rest += decoder.end();
      if (rest !== '') tell(rest);
      rest = '';
    },
  };
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
  const keep = options.keepBytes ?? 4 * 1024 * 1024;
  const stdout = new Tail(keep);
  const both = new Tail(keep);
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
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
    const splitters = (['stdout', 'stderr'] as const).map((name) => {
      const lines = lineSplitter((line) => options.onLine?.(line, name));
      child[name].on('data', (chunk: Buffer) => {
        if (broken !== undefined) return;
        try {
          if (name === 'stdout') stdout.add(chunk);
          both.add(chunk);
          if (log !== undefined) writeSync(log, chunk);
          lines.add(chunk);
        } catch (error) {
          // A full disk under the log, or a callback that throws: the program is ended, then it is told.
          broken = error;
          finish('aborted');
        }
      });
      return lines;
    });
    // What the leader leaves behind in its group would hold the pipes, and outlive us.
    child.once('exit', () => group !== undefined && signalGroup(group, 'SIGKILL'));
    const result = await child;
    if (group !== undefined) liveGroups.delete(group);
    if (broken !== undefined) throw broken;
    for (const lines of splitters) lines.end();
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
    return { exitCode: result.exitCode ?? 128 + signalNumber, stdout: stdout.toString(), tail: both.toString() };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    if (end) options.signal?.removeEventListener('abort', end);
    if (log !== undefined) closeSync(log);
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
