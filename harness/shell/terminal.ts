// SPDX-License-Identifier: MIT
// The terminal that somebody sits at, handed to a guest: every key goes there as it is typed, but the one that leaves.
import { execFileSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { requestFailure } from '../outcome/failure.ts';

/** Ctrl-], as in telnet: hardly any program in a guest wants it. */
const LEAVE = 0x1d;

/** The parts of a terminal that are needed; process.stdin and process.stdout are one. */
export interface Ends {
  readonly input: Pick<ReadStream, 'isTTY' | 'on' | 'off' | 'resume' | 'pause'>;
  readonly output: Pick<WriteStream, 'isTTY' | 'rows' | 'columns' | 'on' | 'off' | 'write'>;
  /** Makes it raw; what is returned makes it as it was before. */
  readonly makeRaw: () => () => void;
}

/** stty on the terminal of standard input, whose settings are meant. */
function stty(...args: string[]): string {
  return execFileSync('stty', args, { encoding: 'utf8', stdio: ['inherit', 'pipe', 'ignore'] });
}

/** The terminal that trapline was called from. Node's own raw mode still makes "\r\n" of "\n": the guest has done so. */
export const ownTerminal = (): Ends => ({
  input: process.stdin,
  output: process.stdout,
  makeRaw: () => {
    const before = stty('-g').trim();
    stty('raw', '-echo');
    return () => void stty(before);
  },
});

export interface TerminalHooks {
  readonly typed: (bytes: Buffer) => void;
  readonly resized: (size: Size) => void;
  /** The key was typed, or the terminal is gone; nothing is called afterwards. */
  readonly over: (why: 'left' | 'closed') => void;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export interface AttachedTerminal {
  readonly size: Size;
  /** As it was before, for the shell that trapline was called from. May be called again. */
  detach(): void;
}

/** @throws Failure `no-terminal` */
export function demandTerminal({ input, output }: Ends): void {
  if (input.isTTY && output.isTTY) return;
  throw requestFailure(
    'no-terminal',
    'shell is for somebody at a terminal, and standard input or output is none',
    'Programs are run by exec: ./trapline exec --arch NAME -- PROGRAM',
  );
}

const sizeOf = ({ output }: Ends): Size => ({ rows: output.rows || 24, columns: output.columns || 80 });

/** Makes the terminal raw, and hands on what happens to it until `detach`. */
export function attachTerminal(ends: Ends, hooks: TerminalHooks): AttachedTerminal {
  const { input, output } = ends;
  let attached = true;
  const restore = ends.makeRaw();
  const detach = (): void => {
    if (!attached) return;
    attached = false;
    input.off('data', typed);
    for (const name of ['end', 'close', 'error']) input.off(name, closed);
    output.off('resize', resized);
    output.off('error', closed);
    try {
      restore();
    } catch {
      // It is gone.
    }
    input.pause();
  };
  const over = (why: 'left' | 'closed'): void => {
    if (!attached) return;
    detach();
    hooks.over(why);
  };
  const closed = (): void => over('closed');
  const typed = (bytes: Buffer): void => {
    const at = bytes.indexOf(LEAVE);
    const before = at < 0 ? bytes : bytes.subarray(0, at);
    if (before.length > 0) hooks.typed(before);
    if (at >= 0) over('left');
  };
  const resized = (): void => hooks.resized(sizeOf(ends));
  input.on('data', typed);
  for (const name of ['end', 'close', 'error']) input.on(name, closed);
  output.on('resize', resized);
  output.on('error', closed);
  input.resume();
  return { size: sizeOf(ends), detach };
}

/**
 * Shows what a stream brings. It waits while the terminal does: a program may print faster than anything can show it,
 * and what is not shown yet is not to pile up in here. @returns what ends it
 */
export function showFrom(source: Readable, { output }: Ends): () => void {
  const show = (bytes: Buffer): void => {
    if (!output.write(bytes)) source.pause();
  };
  const more = (): void => void source.resume();
  source.on('data', show);
  output.on('drain', more);
  return () => {
    source.off('data', show);
    output.off('drain', more);
  };
}
