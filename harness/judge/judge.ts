// SPDX-License-Identifier: MIT
// Observations → verdicts: runs the spec files under vitest and collects what they settled.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { keepSignals } from '../process/signals.ts';
import { withScratch } from '../store/temporary.ts';
import { behaviourOf } from './clause.ts';
import type { JudgeInput } from './observation.ts';
import type { JudgedMeta } from './spec.ts';
import type { Judged } from './verdict.ts';

/** Verdicts by cell and evidence, at the places of the input. */
export type Judgements = readonly (readonly Judged[])[];

const NO_SPEC: Judged = { verdict: 'not-run', reason: 'no spec judges this clause' };

/** Only the files of the behaviours that there is evidence of: each costs time to load. */
function specFiles(input: JudgeInput): string[] {
  const behaviours = new Set(input.flatMap((cell) => cell.evidence.map(({ clause }) => behaviourOf(clause))));
  return [...behaviours].sort().map((behaviour) => `specs/behaviour-${behaviour}*.spec.ts`);
}

/** Loads what judging needs while the machines are still at work, so that the verdicts come sooner after them. */
export function preloadJudge(): void {
  // A failure shows when it is needed.
  import('vitest/node').catch(() => {});
}

/**
 * Judges everything that a run observed. Nothing is printed; a spec that fails by itself (a bug in it)
 * makes `not-run` with the error as the reason, so that it is seen and passes for nothing.
 */
export async function judgeAll(input: JudgeInput): Promise<Judgements> {
  const judgements = input.map((cell) => cell.evidence.map(() => NO_SPEC));
  if (input.every((cell) => cell.evidence.length === 0)) return judgements;
  await withScratch(async (folder) => {
    const file = path.join(folder, 'input.json');
    try {
      await runSpecs(input, judgements, file);
    } catch {
      // Ctrl-C goes to our whole process group, and with it to the compiler of the specs, which is told to start anew.
      await (await import('esbuild')).stop();
      await runSpecs(input, judgements, file);
    }
  });
  return judgements;
}

/** The specs' process was ended, or came to nothing: no verdict of it is taken, since some may be missing. */
function judgeLost(error: unknown): Failure {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return infrastructureFailure(
    'judge-lost',
    `the observations were not judged: ${cause?.message ?? message ?? String(error)}`,
    'What a run recorded is judged by ./trapline report RUN --judge, once there is memory and nobody ends it',
    error,
  );
}

/** Settles the judgements by what the spec files say; `file` is where they find their input. */
async function runSpecs(input: JudgeInput, judgements: Judged[][], file: string): Promise<void> {
  const before = process.env.TRAPLINE_JUDGE_INPUT;
  let close: (() => Promise<void>) | undefined;
  // Judging takes a second: what was observed is judged to its end, and whoever was asked to end does so then.
  const letThemListen = keepSignals();
  try {
    writeFileSync(file, JSON.stringify(input));
    process.env.TRAPLINE_JUDGE_INPUT = file;
    const [{ startVitest }, { specWorker }] = await Promise.all([import('vitest/node'), import('./spec-worker.ts')]);
    const vitest = await startVitest('test', [], {
      root: inProject(),
      config: false,
      include: specFiles(input),
      watch: false,
      // One worker, since the specs are quick and the time goes into starting; a process, since a thread's memory
      // would be ours.
      pool: specWorker,
      isolate: false,
      fileParallelism: false,
      reporters: [{}],
    });
    close = () => vitest.close();
    const [trouble] = vitest.state.getUnhandledErrors();
    if (trouble) throw judgeLost(trouble);
    for (const module of vitest.state.getTestModules()) {
      for (const error of module.errors()) throw new Error(`${module.moduleId}: ${error.message}`);
      for (const testCase of module.children.allTests()) {
        const meta: JudgedMeta | undefined = testCase.meta().judged;
        const result = testCase.result();
        if (meta) {
          const cell = judgements[meta.cell];
          if (cell) cell[meta.evidence] = { verdict: meta.verdict, reason: meta.reason };
        } else if (result.state === 'failed') {
          const where = /^(\S+) (\S+)\/(\S+) (\S+) (\S+)$/.exec(testCase.name);
          const message = `the spec itself failed: ${result.errors[0]?.message ?? 'without a message'}`;
          if (where) settleByName(input, judgements, where.slice(1), { verdict: 'not-run', reason: message });
        }
      }
    }
  } finally {
    // Its worker would keep the process alive.
    await close?.();
    letThemListen();
    // vitest sets it when a test fails; whether a clause failed is not decided here.
    process.exitCode = undefined;
    if (before === undefined) delete process.env.TRAPLINE_JUDGE_INPUT;
    else process.env.TRAPLINE_JUDGE_INPUT = before;
  }
}

function settleByName(input: JudgeInput, judgements: Judged[][], name: string[], judged: Judged): void {
  const [clause, arch, label, trigger, mechanism] = name;
  input.forEach((cell, cellIndex) => {
    if (cell.arch !== arch || cell.label !== label) return;
    cell.evidence.forEach((evidence, index) => {
      const same = evidence.clause === clause && evidence.trigger === trigger && evidence.mechanism === mechanism;
      const row = judgements[cellIndex];
      if (same && row) row[index] = judged;
    });
  });
}
