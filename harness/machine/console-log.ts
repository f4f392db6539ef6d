// SPDX-License-Identifier: MIT
// The console of one guest: kept in a file up to a limit, searched for what a dying kernel says.
import { closeSync, openSync, writeSync } from 'node:fs';
import { ruleOf } from '../crash/index.ts';

const KEPT_BYTES = 4 * 1024 * 1024;
/** The end of a console that is longer than what is kept: there a dying kernel says why. */
const TAIL_BYTES = 64 * 1024;
const LONGEST_LINE = 4096;

export interface Trouble {
  readonly kind: 'panic' | 'oops';
  /** The line that says so. */
  readonly line: string;
}

/** A kernel that warns may do so without end. */
const MOST_WARNINGS = 100;

export class ConsoleLog {
  private readonly descriptor: number;
  private readonly decoder = new TextDecoder('utf-8');
  private kept = 0;
  private line = '';
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
    private readonly onTrouble: (trouble: Trouble) => void,
    private readonly onWarning?: (line: string) => void,
  ) {
    this.descriptor = openSync(file, 'w');
  }

  /** Where in the file the next byte will stand, as long as all of it is kept. */
  get position(): number {
    return this.kept;
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
    this.search(this.decoder.decode(chunk, { stream: true }));
  }

  private addTail(chunk: Buffer): void {
    this.tail.push(chunk);
    this.tailBytes += chunk.length;
    while (this.tail.length > 1 && this.tailBytes - (this.tail[0]?.length ?? 0) >= TAIL_BYTES) {
      this.tailBytes -= this.tail.shift()?.length ?? 0;
    }
  }

  private search(text: string): void {
    const lines = (this.line + text).split('\n');
    this.line = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const line of lines) this.searchLine(line);
  }

  private searchLine(line: string): void {
    const kind = ruleOf(line)?.severity;
    if (kind === undefined) return;
    if (kind === 'warning') {
      if (this.warnings++ < MOST_WARNINGS) this.onWarning?.(line.trim().slice(0, 300));
      return;
    }
    // An oops that ends in a panic is a panic.
    if (this.trouble?.kind === 'panic' || this.trouble?.kind === kind) return;
    this.trouble = { kind, line: line.trim().slice(0, 300) };
    this.onTrouble(this.trouble);
  }

  /** Writes the end of a console that was too long, and looks at a last line that was cut. May be called again. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.searchLine(this.line);
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
