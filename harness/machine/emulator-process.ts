// SPDX-License-Identifier: MIT
// The emulator as the machine sees it: streams, how busy it is, and its end; wherever it runs.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { infrastructureFailure } from '../outcome/failure.ts';
import { signalGroup } from '../process/command.ts';
import { cpuSeconds } from './cpu-time.ts';
import { oneWayPipe } from './pipe.ts';
import { Qmp, qmpArguments } from './qmp.ts';

export interface EmulatorEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface EmulatorProcess {
  readonly console: Readable;
  /** What QEMU itself says. */
  readonly errors: Readable;
  readonly channel: Readable;
  /** All streams but the channel have been read to their ends by then. @throws Failure `emulator-not-started` */
  readonly ended: Promise<EmulatorEnd>;
  /** CPU seconds used until now. */
  cpuSeconds(): Promise<number>;
  /** QEMU's `info registers` of all CPUs; undefined when it does not answer, or cannot be asked. */
  registers(): Promise<string | undefined>;
  /** Ends it at once, with whatever it started. */
  kill(): void;
}

/** Starts the bare command (argv.ts), program first. The channel's files are on this machine. */
export type StartEmulator = (command: readonly string[], answerSeconds: number) => EmulatorProcess;

const QMP_DESCRIPTOR = 4;

/** On this machine. */
export const startOnHost: StartEmulator = (command, answerSeconds) => {
  const pipe = oneWayPipe();
  const child = spawnOnHost(command, ['ignore', 'pipe', 'pipe', pipe.writing, 'pipe']);
  pipe.closeWriting();
  const [, console, errors, , monitor] = child.stdio as [null, Readable, Readable, null, Duplex];
  const qmp = new Qmp(monitor, answerSeconds);
  return {
    console,
    errors,
    channel: pipe.reading,
    ...followed(child, command),
    registers: () => qmp.monitor('info registers -a'),
  };
};

/**
 * On this machine, without a monitor: what is said to it would be part of a recording, and is never said twice. The
 * console is a pipe as well, and no socket as Node makes them: what QEMU notes of one does not fit when it is replayed.
 */
export const startUnmonitored: StartEmulator = (command) => {
  const [channel, console] = [oneWayPipe(), oneWayPipe()];
  const child = spawnOnHost(command, ['ignore', console.writing, 'pipe', channel.writing], []);
  for (const pipe of [channel, console]) pipe.closeWriting();
  const [, , errors] = child.stdio as [null, null, Readable, null, undefined];
  const running = followed(child, command);
  // What it said last may still be in the pipe when it has ended.
  const read = new Promise<void>((resolve) => console.reading.once('close', resolve));
  return {
    console: console.reading,
    errors,
    channel: channel.reading,
    ...running,
    ended: Promise.all([running.ended, read]).then(([end]) => end),
    registers: async () => undefined,
  };
};

/** One that somebody sits at; its command is for that (argv.ts, `interactive`). */
export interface InteractiveProcess extends EmulatorProcess {
  /** What is typed on the console. */
  readonly keyboard: Writable;
  /** The other direction of the channel. */
  readonly toInit: Writable;
  /** What QEMU's monitor answers to a command; undefined when it does not. */
  monitor(command: string): Promise<string | undefined>;
}

/** On this machine, with a keyboard. */
export function startInteractive(command: readonly string[], answerSeconds: number): InteractiveProcess {
  const child = spawnOnHost(command, ['pipe', 'pipe', 'pipe', 'pipe', 'pipe']);
  const [keyboard, console, errors, channel, monitor] = child.stdio as [Writable, Readable, Readable, Duplex, Duplex];
  const qmp = new Qmp(monitor, answerSeconds);
  // What is typed into a machine that has just gone is lost with it.
  for (const stream of [keyboard, channel]) stream.on('error', () => {});
  return {
    console,
    errors,
    channel,
    ...followed(child, command),
    registers: () => qmp.monitor('info registers -a'),
    keyboard,
    toInit: channel,
    monitor: (text) => qmp.monitor(text),
  };
}

// setpriv: the kernel ends QEMU when the harness dies, even by SIGKILL. A group of its own: Ctrl-C is ours to handle.
function spawnOnHost(
  command: readonly string[],
  stdio: StdioOptions,
  monitor: readonly string[] = qmpArguments(QMP_DESCRIPTOR),
): ChildProcess {
  const args = ['--pdeathsig', 'KILL', '--', ...command, ...monitor];
  return spawn('setpriv', args, { stdio, detached: true });
}

function followed(child: ChildProcess, [program = '']: readonly string[]) {
  const kill = (): void => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const ended = new Promise<EmulatorEnd>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(program, error)));
    // What the emulator leaves behind in its group would hold the pipes open.
    child.once('exit', kill);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { ended, kill, cpuSeconds: async () => cpuSeconds(child.pid) };
}

export const notStarted = (program: string, error: Error): Error =>
  infrastructureFailure(
    'emulator-not-started',
    `${program} cannot be started: ${error.message}`,
    'Try ./trapline doctor',
    error,
  );
