// SPDX-License-Identifier: MIT
// What a probe saw, as the judge is given it.
import { z } from 'zod';
import { MECHANISMS, TRIGGERS } from '../outcome/verdict.ts';

/** One record of a probe. `what` names its kind; 64-bit values are hexadecimal strings. */
export const observationSchema = z.looseObject({ what: z.string() });
export type Observation = z.infer<typeof observationSchema>;

/** How a probe's process ended, or that it did not. */
export const endingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), status: z.number(), seconds: z.number() }),
  z.strictObject({ kind: z.literal('signalled'), signal: z.number(), seconds: z.number() }),
  z.strictObject({ kind: z.literal('timed-out'), seconds: z.number() }),
  /** The guest was lost while the probe ran; `how` is the monitor's word: panic, oops, silent, looping, … */
  z.strictObject({ kind: z.literal('guest-lost'), how: z.string(), detail: z.string() }),
  /** The probe was never started. */
  z.strictObject({ kind: z.literal('not-started'), reason: z.string() }),
]);
export type Ending = z.infer<typeof endingSchema>;

/** Everything that one probe left behind in one setting. */
export const evidenceSchema = z.strictObject({
  clause: z.string(),
  trigger: z.enum(TRIGGERS),
  mechanism: z.enum(MECHANISMS),
  observations: z.array(observationSchema),
  ending: endingSchema,
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** The judge's input: the evidence of every cell of a run. */
export const judgeInputSchema = z.array(
  z.strictObject({
    arch: z.string(),
    label: z.string(),
    evidence: z.array(evidenceSchema),
    /** Records of the control (blame.ts); none where the architecture has no debug registers. */
    control: z.array(observationSchema).default([]),
  }),
);
export type JudgeInput = z.input<typeof judgeInputSchema>;

/** A 64-bit value of an observation. @throws when the field is not such a value */
export function hex(value: unknown): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]+$/.test(value)) return BigInt(value);
  throw new TypeError(`not a hexadecimal value: ${JSON.stringify(value)}`);
}
