// SPDX-License-Identifier: MIT
// The shape of report.json, schema trapline-report/1: what every rendering is made from.
import { z } from 'zod';
import { crashSchema } from './crash.ts';
import { MECHANISMS, TRIGGERS, VERDICTS } from './verdict.ts';

export const clauseResultSchema = z.strictObject({
  /** Clause number of the specification, e.g. "4.7". */
  id: z.string().regex(/^\d\.\d+$/),
  behaviour: z.number().int().min(1).max(6),
  title: z.string(),
  trigger: z.enum(TRIGGERS),
  mechanism: z.enum(MECHANISMS),
  verdict: z.enum(VERDICTS),
  expected: z.enum(VERDICTS),
  outcome: z.enum(['expected', 'unexpected-failure', 'unexpected-pass']),
  /** Why the verdict is what it is; empty only for `conforms`. */
  reason: z.string(),
  /** Why a deviation is expected, with its reference; absent where `conforms` is expected. */
  expectation: z.string().optional(),
  /** Raw values from the guest, as the probe recorded them. */
  observed: z.record(z.string(), z.unknown()),
  /** What the kernel said while the probe ran, if it fell over or complained. */
  crashes: z.array(crashSchema).optional(),
  /** Wall-clock seconds the probe took in the guest. */
  seconds: z.number().optional(),
  /** A command that shows this clause again. */
  reproduce: z.string(),
});
export type ClauseResult = z.infer<typeof clauseResultSchema>;

/** Tells the results of one cell apart: a clause in one setting. */
export const resultKey = ({ id, trigger, mechanism }: Pick<ClauseResult, 'id' | 'trigger' | 'mechanism'>): string =>
  `${id} ${trigger} ${mechanism}`;

/** How the reason of a clause begins that the run never came to, since it was ended before: by Ctrl-C, or by a kill. */
export const NOT_REACHED = 'the run was interrupted';

/** A clause that was not reached is neither as expected nor not: nothing was asked of the kernel. */
export const wasReached = (clause: Pick<ClauseResult, 'verdict' | 'reason'>): boolean =>
  !(clause.verdict === 'not-run' && clause.reason.startsWith(NOT_REACHED));

/** What a run is there to find: a result that is not as expected, of a clause that it came to. */
export const isUnexpected = (clause: Pick<ClauseResult, 'verdict' | 'reason' | 'outcome'>): boolean =>
  clause.outcome !== 'expected' && wasReached(clause);

export const cellReportSchema = z.strictObject({
  arch: z.string(),
  kernel: z.strictObject({
    label: z.string(),
    selector: z.string(),
    /** `uname -r` of the guest, e.g. "6.1.192". */
    version: z.string(),
    fingerprint: z.string(),
  }),
  emulator: z.strictObject({
    version: z.string(),
    machine: z.string(),
    cpu: z.string(),
    accel: z.enum(['tcg', 'kvm']),
    /** Name of the container image that it ran in. */
    image: z.string().optional(),
  }),
  boot: z.strictObject({
    /** `booted`, or the name of what kept it from booting. */
    outcome: z.string(),
    /** From starting QEMU to the first record of the guest's init. */
    seconds: z.number(),
    /** What was seen, when it did not boot. */
    detail: z.string().optional(),
    /** What the kernel said before any probe began, if it fell over or complained. */
    crashes: z.array(crashSchema).optional(),
  }),
  /** Folder of the cell below the run's folder. */
  folder: z.string(),
  /** Virtual machines that this cell took: more than one when a guest was lost. */
  machines: z.number().int(),
  /** Wall-clock seconds in virtual machines. */
  seconds: z.number(),
  /** What the debug registers trap without perf: the records of guest/probes/control.c. */
  control: z.array(z.looseObject({ what: z.string() })).optional(),
  clauses: z.array(clauseResultSchema),
});
export type CellReport = z.infer<typeof cellReportSchema>;

export const runReportSchema = z.strictObject({
  schema: z.literal('trapline-report/1'),
  run: z.strictObject({
    id: z.string(),
    /** ISO 8601, UTC. */
    startedAt: z.string(),
    command: z.string(),
    host: z.record(z.string(), z.unknown()),
    /** False when the run was interrupted before every cell was done. */
    complete: z.boolean(),
  }),
  cells: z.array(cellReportSchema),
  /** architecture → kernel label → behaviour ("1"…"6") → verdict, of the mechanism `sigtrap`. */
  summary: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.enum(VERDICTS)))),
});
export type RunReport = z.infer<typeof runReportSchema>;
