// SPDX-License-Identifier: MIT
// One virtual machine from start to end: its process, its console, its channel, and what became of it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { infrastructureFailure } from '../outcome/failure.ts';
import { ConsoleLog, FLOOD_BYTES } from './console-log.ts';
import { oneWayPipe } from './pipe.ts';
import { Qmp, qmpArguments } from './qmp.ts';

const QMP_DESCRIPTOR = 4;

/**
 * How a machine ended. `finished` is the only good one:
 * - `panic`, `oops`: the kernel said so on its console;
 * - `silent`: no record in time and the emulator idle; `looping`: the same with the emulator busy;
 * - `flooding`: the console printed without end;
 * - `reset`: the guest restarted without saying why (a triple fault, for one);
 * - `emulator-failed`: QEMU ended with a message of its own, or by a signal;
 * - `stopped`: by the caller, or an interrupt.
 */
export type MachineOutcome =
  | 'finished'
  | 'panic'
  | 'oops'
  | 'silent'
  | 'looping'
  | 'flooding'
  | 'reset'
  | 'emulator-failed'
  | 'stopped';

export interface MachineEnd {
  readonly outcome: MachineOutcome;
  /** One line: what was seen. */
  readonly detail: string;
  /** Wall-clock seconds from starting QEMU to its end. */
  readonly seconds: number;
}

export interface MachineHooks {
  /** Bytes of the channel, as text. */
  readonly onChannel: (text: string) => void;
  /** Seconds of silence on the channel that are allowed from now on; asked after every sign of life. */
  readonly patience: () => number;
  /** Did the guest say that it has finished? Asked when QEMU ends. */
  readonly finished: () => boolean;
  /** The kernel said on its console that something is wrong. */
  readonly onTrouble?: (kind: 'panic' | 'oops', line: string) => void;
}

export interface MachineOptions {
  /** The bare command, program first (argv.ts). */
  readonly command: readonly string[];
  readonly consoleFile: string;
  readonly signal?: AbortSignal | undefined;
}

/** CPU seconds that a process has used, user and system: /proc/PID/stat, fields 14 and 15, in ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** A machine that runs now. */
export class Machine {
  private readonly child;
  private readonly console: ConsoleLog;
  private readonly qmp: Qmp;
  private readonly started = performance.now();
  private stderr = '';
  private timer: NodeJS.Timeout | undefined;
  private cpuAtSign = 0;
  private verdict: { outcome: MachineOutcome; detail: string } | undefined;
  readonly ended: Promise<MachineEnd>;

  constructor(
    options: MachineOptions,
    private readonly hooks: MachineHooks,
  ) {
    this.console = new ConsoleLog(options.consoleFile, (trouble) => {
      this.hooks.onTrouble?.(trouble.kind, trouble.line);
      // After a panic the guest restarts at once, which ends QEMU; it is given a moment to print the rest.
      if (trouble.kind === 'panic') this.wait(3);
    });
    const [program = '', ...args] = options.command;
    const pipe = oneWayPipe();
    // setpriv: the kernel ends QEMU when the harness dies, even by SIGKILL. A group of its own: Ctrl-C is ours to handle.
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args, ...qmpArguments(QMP_DESCRIPTOR)], {
      stdio: ['ignore', 'pipe', 'pipe', pipe.writing, 'pipe'],
      detached: true,
    });
    pipe.closeWriting();
    const channel = pipe.reading;
    const [, stdout, stderr, , qmp] = this.child.stdio as [null, Readable, Readable, null, Duplex];
    this.qmp = new Qmp(qmp);
    stdout.on('data', (chunk: Buffer) => this.takeConsole(chunk));
    stderr.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-4096);
    });
    channel.setEncoding('utf8');
    channel.on('data', (text: string) => {
      this.hooks.onChannel(text);
      this.wait(this.hooks.patience());
    });
    for (const stream of [stdout, stderr, channel]) stream.on('error', () => {});
    const abort = () => this.stop('stopped', 'interrupted');
    options.signal?.addEventListener('abort', abort, { once: true });
    this.wait(hooks.patience());
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', (error) => {
        reject(
          infrastructureFailure(
            'emulator-not-started',
            `${program} cannot be started: ${error.message}`,
            'Try ./trapline doctor',
          ),
        );
      });
      const drained = new Promise<void>((end) => channel.once('close', () => end()));
      this.child.once('close', async (code, signal) => {
        clearTimeout(this.timer);
        // The last records may still be in the pipe.
        await drained;
        options.signal?.removeEventListener('abort', abort);
        this.console.close();
        resolve({ ...this.judgeEnd(code, signal), seconds: (performance.now() - this.started) / 1000 });
      });
    });
    if (options.signal?.aborted) abort();
  }

  /** Ends the machine; `ended` then says the outcome given here. */
  stop(outcome: MachineOutcome, detail: string): void {
    this.verdict ??= { outcome, detail };
    this.child.kill('SIGKILL');
  }

  private takeConsole(chunk: Buffer): void {
    if (this.console.total < FLOOD_BYTES) {
      this.console.add(chunk);
      if (this.console.total >= FLOOD_BYTES)
        this.stop('flooding', `the console printed more than ${FLOOD_BYTES >> 20} MiB`);
    }
  }

  private wait(seconds: number): void {
    clearTimeout(this.timer);
    this.cpuAtSign = this.child.pid ? cpuSeconds(this.child.pid) : 0;
    this.timer = setTimeout(() => void this.giveUp(seconds), seconds * 1000);
  }

  private async giveUp(seconds: number): Promise<void> {
    const used = this.child.pid ? cpuSeconds(this.child.pid) - this.cpuAtSign : 0;
    const registers = await this.qmp.registers();
    const where = /\b(?:RIP|PC|pc|PSW)\s*[=:]\s*([0-9a-f]{6,})/.exec(registers ?? '')?.[1];
    const busy = used > seconds / 2;
    const pc = where ? `, a CPU is at pc 0x${where}` : '';
    const trouble = this.console.trouble;
    if (trouble) this.stop(trouble.kind, trouble.line);
    else if (busy) this.stop('looping', `nothing on the channel for ${seconds} s while the guest was busy${pc}`);
    else this.stop('silent', `nothing on the channel for ${seconds} s, and the guest was idle${pc}`);
  }

  private judgeEnd(code: number | null, signal: string | null): { outcome: MachineOutcome; detail: string } {
    if (this.verdict) return this.verdict;
    const trouble = this.console.trouble;
    if (trouble?.kind === 'panic') return { outcome: 'panic', detail: trouble.line };
    if (code !== 0) {
      const said = this.stderr.trim().split('\n').pop() ?? '';
      return {
        outcome: 'emulator-failed',
        detail: `QEMU ended with ${signal ?? `status ${code}`}${said ? `: ${said}` : ''}`,
      };
    }
    if (this.hooks.finished()) return { outcome: 'finished', detail: '' };
    if (trouble) return { outcome: 'oops', detail: trouble.line };
    return { outcome: 'reset', detail: 'the guest restarted without a word' };
  }
}
