// SPDX-License-Identifier: MIT
// What a configuration's bisection knows, in its folder. The search goes the same way each time, so what is kept is how
// each trial ended, in their order: one that is resumed begins anew, and has the answers of those at once.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { requestFailure } from '../outcome/failure.ts';
import { MECHANISMS, TRIGGERS, VERDICTS } from '../outcome/verdict.ts';
import { readJson } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import { stateFile } from './state.ts';

const SCHEMA = 'trapline-config-bisection/1';

const outcomeSchema = z.discriminatedUnion('kind', [
  /** The configuration that Kconfig made lies in the trial's folder. */
  z.strictObject({ kind: z.literal('tried'), verdicts: z.array(z.enum(VERDICTS)) }),
  z.strictObject({ kind: z.literal('untestable'), why: z.string() }),
]);

const stateSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  request: z.strictObject({
    /** Selector of the kernel without either configuration; its paths are whole ones. */
    kernel: z.string(),
    arch: z.string(),
    clause: z.string(),
    trigger: z.enum(TRIGGERS),
    mechanism: z.enum(MECHANISMS),
    /** Tries of each configuration, for a flaky clause. */
    times: z.number().int(),
    accel: z.enum(['auto', 'tcg', 'kvm']),
    builder: z.enum(['auto', 'host', 'docker']),
    qemu: z.string().optional(),
  }),
  trials: z.array(
    z.strictObject({
      /** SHA-256 of the fragment that was asked for: another one is another trial. */
      asked: z.string(),
      outcome: outcomeSchema,
    }),
  ),
});
export type ConfigState = z.infer<typeof stateSchema>;
export type ConfigTrial = ConfigState['trials'][number];

/** Texts of the two configurations, of which the folder has copies: the files may change meanwhile. */
export interface Configurations {
  readonly good: string;
  readonly bad: string;
}

const copyOf = (folder: string, which: keyof Configurations): string => path.join(folder, `${which}.config`);

/** Begins one: the folder has all that it takes to go on. */
export function beginConfigState(
  folder: string,
  request: ConfigState['request'],
  configurations: Configurations,
): ConfigState {
  for (const which of ['good', 'bad'] as const) writeFileAtomically(copyOf(folder, which), configurations[which]);
  const state: ConfigState = { schema: SCHEMA, request, trials: [] };
  saveConfigState(folder, state);
  return state;
}

export function saveConfigState(folder: string, state: ConfigState): void {
  writeFileAtomically(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`);
}

/** Is it a configuration's, and not one of commits? */
export const isConfigBisection = (folder: string): boolean =>
  readJson<{ schema?: unknown } | null>(stateFile(folder))?.schema === SCHEMA;

/** @throws Failure `no-such-bisection` */
export function loadConfigState(folder: string): { state: ConfigState; configurations: Configurations } {
  const state = stateSchema.safeParse(readJson(stateFile(folder))).data;
  const [good, bad] = (['good', 'bad'] as const).map((which) => copyOf(folder, which));
  if (state && good !== undefined && bad !== undefined && existsSync(good) && existsSync(bad)) {
    return { state, configurations: { good: readFileSync(good, 'utf8'), bad: readFileSync(bad, 'utf8') } };
  }
  throw requestFailure(
    'no-such-bisection',
    `${folder} is no whole bisection's folder: its bisection.json, good.config or bad.config cannot be read`,
    'Begin anew without --resume',
  );
}
