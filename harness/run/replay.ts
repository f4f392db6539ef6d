// SPDX-License-Identifier: MIT
// observations.jsonl → evidence: what is left of a run that was killed before it judged anything.
import { z } from 'zod';
import { guestRecordSchema } from '../guest/records.ts';
import { type Ending, type Evidence, endingSchema, type Observation } from '../judge/observation.ts';
import { MECHANISMS, TRIGGERS } from '../outcome/verdict.ts';
import { endingOf } from './turn.ts';

/** init's `begin` names the setting too; a live run knows it from the step's number. */
export const beginSchema = z.object({
  record: z.literal('begin'),
  step: z.number().int(),
  clause: z.string(),
  trigger: z.enum(TRIGGERS),
  mechanism: z.enum(MECHANISMS),
});
/** The harness's own lines in that file (cell.ts): a new machine, a step lost with its guest, where the console stood. */
export const machineSchema = z.object({ record: z.literal('machine'), number: z.number() });
export const consoleSchema = z.object({
  record: z.literal('console'),
  step: z.number().int(),
  when: z.enum(['begin', 'end']),
  at: z.number().int(),
});
const lostSchema = z.looseObject({ record: z.literal('lost'), step: z.number().int(), ending: endingSchema });

export interface Replayed {
  /** Of the steps that ended or were lost; not of the one that ran when the harness was killed. */
  readonly evidence: readonly Evidence[];
  /** `uname -r`, when a guest came up. */
  readonly release?: string;
  readonly machines: number;
}

/** Reads the records in their order; a line that was cut, or is no record, is passed over. */
export function replay(text: string): Replayed {
  const begun = new Map<number, z.infer<typeof beginSchema>>();
  const seen = new Map<number, Observation[]>();
  const done = new Map<number, Evidence>();
  /** Steps that began on this machine, in their order. */
  let order: number[] = [];
  /** The console is read beside the channel: what the kernel said of a step may come before the step's beginning. */
  let early = new Map<number, Observation[]>();
  let release: string | undefined;
  let machines = 0;
  const settle = (number: number, ending: Ending, begin = begun.get(number)) => {
    if (!begin) return;
    const { clause, trigger, mechanism } = begin;
    done.set(number, { clause, trigger, mechanism, observations: seen.get(number) ?? [], ending });
  };
  for (const line of text.split('\n')) {
    const value = parsed(line);
    const machine = machineSchema.safeParse(value).data;
    const begin = beginSchema.safeParse(value).data;
    const lost = lostSchema.safeParse(value).data;
    if (machine) {
      machines = Math.max(machines, machine.number);
      order = [];
      early = new Map();
    } else if (begin) {
      begun.set(begin.step, begin);
      seen.set(begin.step, early.get(begin.step) ?? []);
      order.push(begin.step);
    } else if (lost) {
      // Its beginning may never have come; the setting is in this one too.
      settle(lost.step, lost.ending, beginSchema.safeParse({ ...lost, record: 'begin' }).data);
      // What came later on that machine does not count (Turn.close): the next one ran it again.
      if (order.includes(lost.step)) for (const step of order.slice(order.indexOf(lost.step) + 1)) done.delete(step);
    } else {
      const record = guestRecordSchema.safeParse(value).data;
      if (record?.record === 'boot') release ??= record.release;
      else if (record?.record === 'observation') {
        const of = order.includes(record.step) ? seen : early;
        if (!of.has(record.step)) of.set(record.step, []);
        of.get(record.step)?.push(record.seen);
      } else if (record?.record === 'end') settle(record.step, endingOf(record));
    }
  }
  return { evidence: [...done.values()], machines, ...(release === undefined ? {} : { release }) };
}

/** The guest's own lines of one clause in one setting, from its last beginning to its end. */
export function recordLines(
  text: string,
  { clause, trigger, mechanism }: Omit<Evidence, 'observations' | 'ending'>,
): string[] {
  let step: number | undefined;
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const value = parsed(line);
    const begin = beginSchema.safeParse(value).data;
    if (begin) {
      if (begin.clause !== clause || begin.trigger !== trigger || begin.mechanism !== mechanism) continue;
      step = begin.step;
      lines = [];
      continue;
    }
    const record = guestRecordSchema.safeParse(value).data;
    if (step === undefined || !record || !('step' in record) || record.step !== step) continue;
    lines.push(line);
  }
  return lines;
}

/** A line of observations.jsonl; undefined for one that was cut. */
export function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
