// SPDX-License-Identifier: MIT
// The console of one guest: kept in a file up to a limit, searched for what a dying kernel says.
import { closeSync, openSync, writeSync } from 'node:fs';

const KEPT_BYTES = 4 * 1024 * 1024;
const TAIL_CHARACTERS = 64 * 1024;
/** A guest that prints more than this is flooding. */
export const FLOOD_BYTES = 64 * 1024 * 1024;

export interface Trouble {
  readonly kind: 'panic' | 'oops';
  /** The line that says so. */
  readonly line: string;
}

// What Linux prints, by file: kernel/panic.c panic(); arch/*/kernel/traps.c and mm/fault.c die() and friends;
// lib/bug.c report_bug(). An oops that ends in a panic is a panic.
const PANIC = /Kernel panic - not syncing/;
const OOPS =
  /\bOops\b|^.*\bBUG: |Internal error: |Unable to handle kernel|kernel BUG at|general protection fault|kernel stack overflow|Bad mode in |soft lockup - CPU|rcu: INFO: .* detected stall|Kernel unaligned access|die_if_kernel/;

export class ConsoleLog {
  private readonly descriptor: number;
  private readonly decoder = new TextDecoder('utf-8');
  private kept = 0;
  private line = '';
  /** Bytes printed in all. */
  total = 0;
  tail = '';
  trouble: Trouble | undefined;

  constructor(
    file: string,
    private readonly onTrouble: (trouble: Trouble) => void,
  ) {
    this.descriptor = openSync(file, 'w');
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    const room = KEPT_BYTES - this.kept;
    if (room > 0) {
      writeSync(this.descriptor, chunk, 0, Math.min(room, chunk.length));
      this.kept += Math.min(room, chunk.length);
      if (this.kept === KEPT_BYTES) writeSync(this.descriptor, '\n[trapline: the rest of this console was not kept]\n');
    }
    const text = this.decoder.decode(chunk, { stream: true });
    this.tail = (this.tail + text).slice(-TAIL_CHARACTERS);
    this.search(text);
  }

  private search(text: string): void {
    const lines = (this.line + text).split('\n');
    this.line = (lines.pop() ?? '').slice(-4096);
    for (const line of lines) {
      const kind = PANIC.test(line) ? 'panic' : OOPS.test(line) ? 'oops' : undefined;
      if (!kind || this.trouble?.kind === 'panic' || this.trouble?.kind === kind) continue;
      this.trouble = { kind, line: line.trim().slice(0, 300) };
      this.onTrouble(this.trouble);
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
