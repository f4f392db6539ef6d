// SPDX-License-Identifier: MIT
// What the guest's init says on the channel: one JSON object a line (guest/init/). The guest is not trusted:
// whatever does not fit is counted and dropped, and a line has a limit.
import { z } from 'zod';

const step = z.number().int();

export const guestRecordSchema = z.discriminatedUnion('record', [
  z.object({
    record: z.literal('boot'),
    release: z.string(),
    version: z.string(),
    machine: z.string(),
    cpus: z.number(),
    pageSize: z.number(),
    /** Milliseconds from the kernel's start to init's first record, by the guest's clock. */
    uptimeMs: z.number(),
  }),
  z.object({ record: z.literal('begin'), step }),
  z.object({ record: z.literal('observation'), step, seen: z.looseObject({ what: z.string() }) }),
  /** Bytes that a program of `exec` wrote: stream 1 is stdout, 2 stderr. */
  z.object({ record: z.literal('output'), step, stream: z.number(), hex: z.string().regex(/^([0-9a-f]{2})*$/) }),
  z.object({
    record: z.literal('end'),
    step,
    /** Exit status, or the signal that ended it. */
    status: z.number().optional(),
    signal: z.number().optional(),
    timedOut: z.boolean(),
    ms: z.number(),
  }),
  z.object({ record: z.literal('done') }),
]);
export type GuestRecord = z.infer<typeof guestRecordSchema>;

const LONGEST_LINE = 64 * 1024;

/** Turns the channel's bytes into records. */
export class RecordReader {
  private rest = '';
  private skipping = false;
  /** Lines that were no records. */
  dropped = 0;

  constructor(private readonly tell: (record: GuestRecord, line: string) => void) {}

  add(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (this.skipping) this.skipping = false;
      else this.take(line);
    }
    if (this.rest.length > LONGEST_LINE) {
      this.rest = '';
      this.skipping = true;
      this.dropped++;
    }
  }

  private take(line: string): void {
    if (line === '') return;
    // Cheap, for a guest that floods us with something else; an exception for each line is not.
    if (!line.startsWith('{')) {
      this.dropped++;
      return;
    }
    try {
      this.tell(guestRecordSchema.parse(JSON.parse(line)), line);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
      this.dropped++;
    }
  }
}
