// SPDX-License-Identifier: MIT
// The machine of a guest that somebody sits in: what its init says of it, and how it ended.
import path from 'node:path';
import { RecordReader } from '../guest/records.ts';
import { type InteractiveProcess, startInteractive } from '../machine/emulator-process.ts';
import { Machine, SITTING_SECONDS } from '../machine/machine.ts';
import { forwardedPort } from '../machine/network.ts';
import { step } from '../outcome/events.ts';
import { PATIENCE } from '../run/turn.ts';
import { consoleTail, keptConsole } from './lost.ts';
import { pacedWriter } from './paced.ts';
import { type ShellEnd, type ShellGuest, type ShellOptions, shellCommand, type Way } from './shell-guest.ts';

/** Characters of what the program of the plan said that are kept. */
const SAID = 2048;

export class ShellMachine {
  /** `uname -r`; empty until init has said its first word. */
  release = '';
  /** The end of what a program of the plan's `exec` said. */
  said = '';
  /** init said that the plan's one step has ended. */
  stepEnded = false;
  readonly machine: Machine;
  private emulator: InteractiveProcess | undefined;
  /** Aborted when the machine is gone. */
  readonly gone: AbortSignal;
  private readonly spoken: Promise<void>;
  private readonly begun: Promise<void>;
  private readonly over: Promise<void>;
  private readonly consoleFile: string;
  private readonly keys: (bytes: Uint8Array) => void;

  constructor(
    private readonly guest: ShellGuest,
    private readonly options: ShellOptions,
    way: Way,
    hooks: { readonly onConsole?: (bytes: Buffer) => void; readonly onStepEnded: () => void },
  ) {
    const { keysAtOnce } = guest.architecture.qemu;
    const key = (bytes: Uint8Array): void => this.key(bytes);
    this.keys = keysAtOnce === undefined ? key : pacedWriter(key, keysAtOnce);
    this.consoleFile = options.consoleFile ?? path.join(options.folder, 'console.log');
    let begin: () => void = () => {};
    this.begun = new Promise((resolve) => {
      begin = resolve;
    });
    let speak: () => void = () => {};
    this.spoken = new Promise((resolve) => {
      speak = resolve;
    });
    const reader = new RecordReader((record) => {
      if (record.record === 'output' || record.record === 'end') speak();
      if (record.record === 'boot') this.release = record.release;
      else if (record.record === 'begin') begin();
      else if (record.record === 'output') {
        this.said = (this.said + Buffer.from(record.hex, 'hex').toString('utf8')).slice(-SAID);
      } else if (record.record === 'end') {
        this.stepEnded = true;
        hooks.onStepEnded();
      }
    });
    this.machine = new Machine(
      {
        command: shellCommand(guest, way, options.folder),
        consoleFile: this.consoleFile,
        signal: options.signal,
        interactive: true,
        start: (command, answerSeconds) => {
          this.emulator = startInteractive(command, answerSeconds);
          return this.emulator;
        },
        // Whoever sits there may let it print as much as they like.
        limits: { consoleBytes: Number.POSITIVE_INFINITY, channelBytes: Number.POSITIVE_INFINITY },
      },
      {
        onChannel: (text) => {
          reader.add(text);
          return true;
        },
        ...(hooks.onConsole ? { onConsole: hooks.onConsole } : {}),
        patience: () => (this.release === '' ? PATIENCE.bootSeconds : SITTING_SECONDS),
        finished: () => this.stepEnded,
      },
    );
    const gone = new AbortController();
    this.gone = gone.signal;
    this.over = this.machine.ended.then(() => gone.abort());
    this.over.catch(() => gone.abort());
  }

  /** Types on the console. */
  type(bytes: Uint8Array): void {
    this.keys(bytes);
  }

  private key(bytes: Uint8Array): void {
    if (!this.gone.aborted) this.emulator?.keyboard.write(bytes);
  }

  /** Says a line to init. */
  tell(line: string): void {
    if (!this.gone.aborted) this.emulator?.toInit.write(`${line}\n`);
  }

  /** The port of 127.0.0.1 that leads into it. @throws Failure `no-network-card` */
  port(): Promise<number> {
    if (!this.emulator) throw new Error('a machine without an emulator');
    return forwardedPort(this.emulator);
  }

  /** Until the plan's program has said something, or has ended, or the machine has. */
  async spoke(): Promise<void> {
    await Promise.race([this.spoken, this.over]);
  }

  /** Until the plan's step has begun; false when the machine was gone before. */
  async booted(): Promise<boolean> {
    await step(this.options.sink, this.guest.name, 'boot', () => Promise.race([this.begun, this.over]));
    return !this.gone.aborted;
  }

  /** Waits for the machine's end, so long. */
  async endWithin(seconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([this.over, late]);
    clearTimeout(timer);
  }

  /** What became of a guest whose end nobody asked for. `shown`: whoever sits there has seen the console. */
  async lost(shown = false): Promise<ShellEnd> {
    const end = await this.machine.ended;
    const tail = consoleTail(keptConsole(this.consoleFile));
    // The first words like these may have been the user's own.
    const panic = tail.split('\n').findLast((line) => line.includes('Kernel panic'));
    const detail = end.outcome === 'panic' && panic !== undefined ? panic.trim() : end.detail;
    return {
      kind: 'lost',
      booted: this.release !== '',
      end: { ...end, detail },
      consoleTail: shown ? '' : tail,
    };
  }

  /** Ends the machine if it has not ended yet. */
  async close(): Promise<void> {
    this.machine.stop('stopped', 'the harness has done');
    await this.machine.ended.catch(() => {});
  }
}
