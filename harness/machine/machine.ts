// SPDX-License-Identifier: MIT
// One virtual machine from start to end: its process, its console, its channel, and what became of it.
import { ConsoleLog, type Trouble } from './console-log.ts';
import { type EmulatorProcess, type StartEmulator, startOnHost } from './emulator-process.ts';

/**
 * How a machine ended. `finished` is the only good one:
 * - `panic`, `oops`: the kernel said so on its console;
 * - `silent`: no progress in time and the emulator idle; `looping`: the same with the emulator busy;
 * - `flooding`: the console or the channel printed without end;
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
  /**
   * Bytes of the channel, as text. True when they brought the guest on: patience begins anew; noise does not
   * prolong it. A promise holds the guest back until it is settled, so that nothing piles up here.
   */
  readonly onChannel: (text: string) => boolean | Promise<boolean>;
  /** Seconds until the next progress that are allowed from now on; asked at the start and after every progress. */
  readonly patience: () => number;
  /** Did the guest say that it has finished? Asked when QEMU ends. */
  readonly finished: () => boolean;
  /** Bytes of the console, after they were kept. */
  readonly onConsole?: (bytes: Buffer) => void;
  /** The kernel said on its console that something is wrong. */
  readonly onTrouble?: (kind: Trouble['kind'], line: string) => void;
  /** The kernel warned on the console, and goes on. */
  readonly onWarning?: (line: string) => void;
  /** A step begins, as init says on the console: the lines before byte `from` of its file are of what was before. */
  readonly onMark?: (step: number, from: number, to: number) => void;
}

export interface MachineLimits {
  /** Seconds that a guest that panicked is given to print the rest and to end. */
  readonly panicSeconds: number;
  /** Seconds that QEMU has to say where a guest without progress is. */
  readonly answerSeconds: number;
  /** A guest that prints more on its console, or sends more on the channel, is flooding. */
  readonly consoleBytes: number;
  readonly channelBytes: number;
}

const MIB = 1024 * 1024;
const LIMITS: MachineLimits = { panicSeconds: 3, answerSeconds: 2, consoleBytes: 64 * MIB, channelBytes: 16 * MIB };
/** Patience with a guest that somebody sits in front of, who may think as long as they like: a week. */
export const SITTING_SECONDS = 7 * 86_400;
/** Of one CPU: an idle guest uses some hundredths, a busy one on an overloaded host still more than this. */
const BUSY_SHARE = 0.25;
/** Seconds for what is still in the channel after the emulator's end. */
const DRAIN_SECONDS = 2;

export interface MachineOptions {
  /** The bare command, program first (argv.ts). */
  readonly command: readonly string[];
  readonly consoleFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<MachineLimits> | undefined;
  /** Where QEMU runs; by default on this machine. */
  readonly start?: StartEmulator | undefined;
  /** Somebody sits at the console: words of a dying kernel on it may be theirs, and are no reason to end the machine. */
  readonly interactive?: boolean | undefined;
}

/** A machine that runs now. */
export class Machine {
  private readonly emulator: EmulatorProcess;
  private readonly console: ConsoleLog;
  private readonly limits: MachineLimits;
  private readonly started = performance.now();
  private stderr = '';
  private timer: NodeJS.Timeout | undefined;
  /** CPU seconds at the last progress, and when that was. */
  private used = Promise.resolve({ cpu: 0, at: 0 });
  private channelBytes = 0;
  private over = false;
  private verdict: { outcome: MachineOutcome; detail: string } | undefined;
  /** What a hook or a full disk threw: the caller is told, not the event loop. */
  private thrown: { error: unknown } | undefined;
  /** @throws Failure `emulator-not-started`; what a hook threw */
  readonly ended: Promise<MachineEnd>;

  constructor(
    options: MachineOptions,
    private readonly hooks: MachineHooks,
  ) {
    this.limits = { ...LIMITS, ...options.limits };
    const onTrouble = (trouble: Trouble) => {
      this.hooks.onTrouble?.(trouble.kind, trouble.line);
      // After a panic the guest restarts at once, which ends QEMU; it is given a moment to print the rest.
      if (trouble.kind === 'panic' && !options.interactive) this.wait(this.limits.panicSeconds);
    };
    this.console = new ConsoleLog(options.consoleFile, { onTrouble, onWarning: hooks.onWarning, onMark: hooks.onMark });
    this.emulator = (options.start ?? startOnHost)(options.command, this.limits.answerSeconds);
    const { console, errors, channel } = this.emulator;
    console.on('data', (chunk: Buffer) => this.guarded(() => this.takeConsole(chunk)));
    errors.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-4096);
    });
    channel.setEncoding('utf8');
    channel.on('data', (text: string) => this.guarded(() => this.takeChannel(text)));
    for (const stream of [console, errors, channel]) stream.on('error', () => {});
    const abort = () => this.stop('stopped', 'interrupted');
    options.signal?.addEventListener('abort', abort, { once: true });
    this.wait(hooks.patience());
    this.ended = this.follow().finally(() => options.signal?.removeEventListener('abort', abort));
    if (options.signal?.aborted) abort();
  }

  /** Ends the machine; `ended` then says the outcome given here. */
  stop(outcome: MachineOutcome, detail: string): void {
    this.verdict ??= { outcome, detail };
    this.kill();
    this.emulator.channel.resume();
  }

  private kill(): void {
    if (!this.over) this.emulator.kill();
  }

  private async follow(): Promise<MachineEnd> {
    const drained = new Promise<void>((resolve) => this.emulator.channel.once('close', () => resolve()));
    try {
      const { code, signal } = await this.emulator.ended;
      // The last records may still be in the pipe.
      let late: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        late = setTimeout(resolve, DRAIN_SECONDS * 1000);
      });
      await Promise.race([drained, patience]);
      clearTimeout(late);
      this.guarded(() => this.console.close());
      if (this.thrown) throw this.thrown.error;
      return { ...this.judgeEnd(code, signal), seconds: (performance.now() - this.started) / 1000 };
    } finally {
      this.over = true;
      clearTimeout(this.timer);
      this.emulator.channel.destroy();
      this.guarded(() => this.console.close());
    }
  }

  /** Runs what an event of a stream brings about; an exception ends the machine and is thrown by `ended`. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.thrown ??= { error };
    this.stop('stopped', 'the harness failed');
  }

  private takeConsole(chunk: Buffer): void {
    if (this.verdict) return;
    this.console.add(chunk);
    this.hooks.onConsole?.(chunk);
    if (this.console.total > this.limits.consoleBytes) {
      this.stop('flooding', `the console printed more than ${inMib(this.limits.consoleBytes)}`);
    }
  }

  private takeChannel(text: string): void {
    if (this.verdict) return;
    this.channelBytes += text.length;
    if (this.channelBytes > this.limits.channelBytes) {
      this.stop('flooding', `the guest sent more than ${inMib(this.limits.channelBytes)} on the channel`);
      return;
    }
    const progress = this.hooks.onChannel(text);
    if (typeof progress === 'boolean') {
      if (progress) this.wait(this.hooks.patience());
      return;
    }
    this.emulator.channel.pause();
    // The guest cannot make progress while it is held back.
    clearTimeout(this.timer);
    progress.then(
      () => {
        this.emulator.channel.resume();
        this.wait(this.hooks.patience());
      },
      (error) => this.fail(error),
    );
  }

  private wait(seconds: number): void {
    clearTimeout(this.timer);
    if (this.over || this.verdict) return;
    const at = performance.now();
    this.used = this.emulator.cpuSeconds().then((cpu) => ({ cpu, at }));
    this.timer = setTimeout(() => void this.giveUp(), seconds * 1000);
  }

  private async giveUp(): Promise<void> {
    const before = await this.used;
    const seconds = (performance.now() - before.at) / 1000;
    const busy = (await this.emulator.cpuSeconds()) - before.cpu > BUSY_SHARE * seconds;
    const registers = this.console.trouble ? undefined : await this.emulator.registers();
    const trouble = this.console.trouble;
    if (trouble) return this.stop(trouble.kind, trouble.line);
    const where = /\b(?:RIP|PC|pc|PSW)\s*[=:]\s*([0-9a-f]{6,})/.exec(registers ?? '')?.[1];
    const pc = where ? `, a CPU is at pc 0x${where}` : '';
    const said = `no progress for ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
    if (busy) this.stop('looping', `${said} while the guest was busy${pc}`);
    else this.stop('silent', `${said}, and the guest was idle${pc}`);
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

const inMib = (bytes: number): string => `${Math.round(bytes / MIB)} MiB`;
