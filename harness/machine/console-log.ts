// SPDX-License-Identifier: MIT
// The console of one guest: kept in a file up to a limit, searched for what a dying kernel says.
import { closeSync, openSync, writeSync } from 'node:fs';
import { ruleOf } from '../crash/index.ts';
import { markedStep } from '../guest/console-mark.ts';

const KEPT_BYTES = 4 * 1024 * 1024;
/** The end of a console that is longer than what is kept: there a dying kernel says why. */
const TAIL_BYTES = 64 * 1024;
const LONGEST_LINE = 4096;
const NEWLINE = 0x0a;

export interface Trouble {
  readonly kind: 'panic' | 'oops';
  /** The line that says so. */
  readonly line: string;
}

/** A kernel that warns may do so without end. */
const MOST_WARNINGS = 100;

export interface ConsoleHooks {
  readonly onTrouble: (trouble: Trouble) => void;
  /** The kernel warned, and goes on. */
  readonly onWarning?: ((line: string) => void) | undefined;
  /** A step begins: its mark is the line that begins at byte `from` of the file; the next line begins at `to`. */
  readonly onMark?: ((step: number, from: number, to: number) => void) | undefined;
}

export class ConsoleLog {
  private readonly descriptor: number;
  private kept = 0;
  /** The last line as far as it has come, or its end where it is longer than LONGEST_LINE. */
  private line: Buffer = Buffer.alloc(0);
  /** Where the next byte to be searched stands in all that was printed. */
  private searched = 0;
  /** What came after the kept part, in blocks; at least the last TAIL_BYTES of it. */
  private tail: Buffer[] = [];
  private tailBytes = 0;
  private closed = false;
  private warnings = 0;
  /** Bytes printed in all. */
  total = 0;
  trouble: Trouble | undefined;

  /** @throws when the file cannot be written; so does every other method */
  constructor(
    file: string,
    private readonly hooks: ConsoleHooks,
  ) {
    this.descriptor = openSync(file, 'w');
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    const room = Math.min(KEPT_BYTES - this.kept, chunk.length);
    if (room > 0) {
      // First: an exception must not have it kept twice.
      this.kept += room;
      writeSync(this.descriptor, chunk, 0, room);
    }
    if (room < chunk.length) this.addTail(Buffer.from(chunk.subarray(room)));
    this.search(chunk);
  }

  private addTail(chunk: Buffer): void {
    this.tail.push(chunk);
    this.tailBytes += chunk.length;
    while (this.tail.length > 1 && this.tailBytes - (this.tail[0]?.length ?? 0) >= TAIL_BYTES) {
      this.tailBytes -= this.tail.shift()?.length ?? 0;
    }
  }

  private search(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([this.line, chunk.subarray(from, end)]);
      from = end + 1;
      this.line = Buffer.alloc(0);
      this.searchLine(line.subarray(-LONGEST_LINE).toString('utf8'), this.searched + from, line.length + 1);
    }
    this.line = Buffer.concat([this.line, chunk.subarray(from)]).subarray(-LONGEST_LINE);
    this.searched += chunk.length;
  }

  /** `end`: where the line ends; `length`: its bytes. */
  private searchLine(line: string, end: number, length: number): void {
    const step = markedStep(line);
    if (step !== undefined) this.hooks.onMark?.(step, end - length, end);
    const kind = ruleOf(line)?.severity;
    if (kind === undefined) return;
    if (kind === 'warning') {
      if (this.warnings++ < MOST_WARNINGS) this.hooks.onWarning?.(line.trim().slice(0, 300));
      return;
    }
    // An oops that ends in a panic is a panic.
    if (this.trouble?.kind === 'panic' || this.trouble?.kind === kind) return;
    this.trouble = { kind, line: line.trim().slice(0, 300) };
    this.hooks.onTrouble(this.trouble);
  }

  /** Writes the end of a console that was too long, and looks at a last line that was cut. May be called again. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.searchLine(this.line.toString('utf8'), this.total, this.line.length);
      if (this.tailBytes === 0) return;
      const end = Buffer.concat(this.tail);
      const shown = end.subarray(-TAIL_BYTES);
      const left = this.total - this.kept - shown.length;
      if (left > 0) writeSync(this.descriptor, `\n[trapline: ${left} bytes of this console were not kept]\n`);
      writeSync(this.descriptor, shown);
    } finally {
      closeSync(this.descriptor);
    }
  }
}
