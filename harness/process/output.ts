// SPDX-License-Identifier: MIT
// What a program prints, while it prints it: its end is kept, its lines are told, a log is written; all of it bounded.
import { closeSync, openSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface OutputOptions {
  /** Told of each line of stdout and stderr, without its newline, as it comes. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** All output is appended to this file, up to `logBytes`. */
  readonly logFile?: string;
  /** Most bytes that are written to the log. Default 256 MiB. */
  readonly logBytes?: number;
  /** Most bytes of stdout, and of the tail, that are kept: the last ones. Default 4 MiB. */
  readonly keepBytes?: number;
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

/** Appends to a file until `limit` bytes are written, and says there that the rest is missing. */
class BoundedLog {
  private readonly descriptor: number;
  private left: number;

  constructor(file: string, limit: number) {
    this.descriptor = openSync(file, 'a');
    this.left = limit;
  }

  add(chunk: Buffer): void {
    if (this.left < 0) return;
    writeSync(this.descriptor, chunk.length > this.left ? chunk.subarray(0, this.left) : chunk);
    this.left -= chunk.length;
    if (this.left < 0) writeSync(this.descriptor, '\ntrapline: the output went on; the rest is not kept\n');
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Takes the chunks of a program's two streams as they come. */
export class Output {
  private readonly out: Tail;
  private readonly both: Tail;
  private readonly log: BoundedLog | undefined;
  private readonly lines;

  constructor(options: OutputOptions) {
    const keep = options.keepBytes ?? 4 * 1024 * 1024;
    this.out = new Tail(keep);
    this.both = new Tail(keep);
    if (options.logFile !== undefined) this.log = new BoundedLog(options.logFile, options.logBytes ?? 256 * 2 ** 20);
    this.lines = {
      stdout: lineSplitter((line) => options.onLine?.(line, 'stdout')),
      stderr: lineSplitter((line) => options.onLine?.(line, 'stderr')),
    };
  }

  /** @throws whatever `onLine` throws, and ENOSPC of the log */
  add(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (stream === 'stdout') this.out.add(chunk);
    this.both.add(chunk);
    this.log?.add(chunk);
    this.lines[stream].add(chunk);
  }

  /** Tells what stands behind the last newlines. */
  end(): void {
    this.lines.stdout.end();
    this.lines.stderr.end();
  }

  close(): void {
    this.log?.close();
  }

  /** The end of stdout. */
  get stdout(): string {
    return this.out.toString();
  }

  /** The end of both streams in the order in which they came. */
  get tail(): string {
    return this.both.toString();
  }
}
