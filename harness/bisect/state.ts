// SPDX-License-Identifier: MIT
// What a bisection knows, in its folder: written after every step, so that it goes on after whatever ended it.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Failure, requestFailure } from '../outcome/failure.ts';
import { MECHANISMS, TRIGGERS, VERDICTS } from '../outcome/verdict.ts';
import { readJson, sha256 } from '../store/hash.ts';
import { withLockOrRefusal } from '../store/lock.ts';
import { writeFileAtomically } from '../store/temporary.ts';

const commitSchema = z.strictObject({ sha: z.string(), text: z.string() });

const stepSchema = z.strictObject({
  commit: commitSchema,
  /** As for `git bisect run`: 0 good, 1 bad, 125 skip. */
  code: z.union([z.literal(0), z.literal(1), z.literal(125)]),
  /** One for each try; none when the kernel could not be tried. */
  verdicts: z.array(z.strictObject({ verdict: z.enum(VERDICTS), reason: z.string() })),
  /** Why it was skipped. */
  why: z.string().optional(),
  /** Below the bisection's folder: console and observations of each try. */
  folder: z.string(),
  kernel: z.string().optional(),
  seconds: z.number(),
});
export type StepRecord = z.infer<typeof stepSchema>;

const stateSchema = z.strictObject({
  schema: z.literal('trapline-bisection/1'),
  request: z.strictObject({
    /** Absolute path of the user's repository. */
    tree: z.string(),
    good: commitSchema,
    bad: commitSchema,
    arch: z.string(),
    clause: z.string(),
    trigger: z.enum(TRIGGERS),
    mechanism: z.enum(MECHANISMS),
    /** Fragments that are added to every configuration. */
    configs: z.array(z.string()),
    times: z.number().int(),
    confidence: z.number().optional(),
    accel: z.enum(['auto', 'tcg', 'kvm']),
    builder: z.enum(['auto', 'host', 'docker']),
    qemu: z.string().optional(),
  }),
  good: stepSchema.optional(),
  bad: stepSchema.optional(),
  /** Tries of each commit, when they were worked out from the confidence asked for. */
  tries: z.number().int().optional(),
  steps: z.array(stepSchema),
  /** The commit that was found, or those that it may be. */
  result: z.strictObject({ commits: z.array(commitSchema), found: z.boolean() }).optional(),
});
export type BisectionState = z.infer<typeof stateSchema>;
export type BisectionRequest = BisectionState['request'];

/** For a bisection that goes on, whose request cannot be changed. @param what what is missing of its tree */
export const treeGone = (what: string): Failure =>
  requestFailure(
    'tree-gone',
    what,
    'Put it back as it was when the bisection began, or begin another without --resume',
  );

/**
 * Runs `work` as the only one that is at work on a bisection's folder, which exists.
 * @throws Failure `bisection-in-use`
 */
export function alone<T>(folder: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const inUse = (who: string): Failure =>
    requestFailure(
      'bisection-in-use',
      `another trapline (${who}) is at work on the bisection in ${folder}`,
      'Wait until it has ended, or end it by Ctrl-C: --resume goes on where it was',
    );
  // By whatever name it is called.
  return withLockOrRefusal(`bisection-${sha256(realpathSync(folder)).slice(0, 16)}`, inUse, signal, work);
}

/** Of either kind of bisection. */
export const stateFile = (folder: string): string => path.join(folder, 'bisection.json');

export function saveState(folder: string, state: BisectionState): void {
  writeFileAtomically(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`);
}

/** @throws Failure `no-such-bisection` */
export function loadState(folder: string): BisectionState {
  const found = existsSync(folder) ? stateSchema.safeParse(readJson(stateFile(folder))).data : undefined;
  if (found) return found;
  throw requestFailure(
    'no-such-bisection',
    `${folder} is no bisection's folder: it has no bisection.json that can be read`,
    'Name the --out of one that was begun, or begin anew without --resume',
  );
}
