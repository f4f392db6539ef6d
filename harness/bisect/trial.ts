// SPDX-License-Identifier: MIT
// One clause on one kernel, several times if need be; or why that cannot be: it does not build, or does not boot.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { GuestPrograms } from '../initramfs/guest-programs.ts';
import { type Builder, buildKernel, type KernelArtifact, type KernelRequest, resolveKernel } from '../kernel/index.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { Failure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import type { Bench } from '../run/bench.ts';
import type { Step } from '../run/plan.ts';
import { runSteps, type StepResult } from '../run/single.ts';
import { removeTree } from '../store/temporary.ts';

/** What all trials of a bisection share. */
export interface TrialBench {
  readonly bench: Bench;
  readonly programs: GuestPrograms;
  readonly builder: Builder;
  readonly step: Step;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

export type Trial =
  | { readonly kind: 'tried'; readonly kernel: KernelArtifact; readonly tries: readonly StepResult[] }
  | { readonly kind: 'untestable'; readonly why: string };

/** Failures that are the tree's own: another one may be without them. Anything else ends the bisection. */
const OF_THE_TREE: ReadonlySet<string> = new Set([
  'kernel-build-failed',
  'kernel-configuration-failed',
  'configuration-option-missing',
  'not-a-kernel-tree',
  'artifact-refused',
  'patch-does-not-apply',
  'no-patch-for-version',
  'timed-out',
]);

/** A guest that does not come up is given a second chance: a loaded host is late at times. */
const BOOTS = 2;

async function build(
  request: KernelRequest,
  { bench, builder, sink, signal }: TrialBench,
): Promise<KernelArtifact | string> {
  try {
    const plan = await resolveKernel(request, bench.architecture, sink, signal, builder);
    return await buildKernel(plan, sink, signal);
  } catch (error) {
    if (error instanceof Failure && OF_THE_TREE.has(error.name)) return error.what;
    throw error;
  }
}

async function once(
  kernel: KernelArtifact,
  label: string,
  folder: string,
  trial: TrialBench,
): Promise<StepResult | string> {
  const { bench, programs, sink, signal } = trial;
  let why = '';
  for (let boot = 1; boot <= BOOTS; boot++) {
    await removeTree(folder);
    mkdirSync(folder, { recursive: true });
    const ran = await step(
      sink,
      `${bench.architecture.name}/${label}`,
      `clause ${trial.step.clause.id}`,
      async (detail) => {
        const single = await runSteps(kernel, label, [trial.step], {
          bench,
          programs,
          folder,
          progress: detail,
          signal,
        });
        detail(single.results[0]?.verdict ?? single.boot.outcome);
        return single;
      },
    );
    if (signal.aborted) throw interrupted('the trial');
    const [result] = ran.results;
    if (ran.boot.outcome === 'booted' && result) {
      return result.verdict === 'not-run' ? `the clause was not run: ${result.reason}` : result;
    }
    why = `it does not boot (${ran.boot.outcome}${ran.boot.detail === '' ? '' : `: ${ran.boot.detail}`})`;
  }
  return why;
}

/**
 * Builds the kernel and tries the clause on it, at most `most` times, until one has said `enough`.
 * @param folder is made; each try has one below it
 * @throws Failure `interrupted`, and of infrastructure
 */
export async function tryKernel(
  request: KernelRequest,
  folder: string,
  { most, enough }: { most: number; enough: (result: StepResult) => boolean },
  trial: TrialBench,
): Promise<Trial> {
  const kernel = await build(request, trial);
  if (typeof kernel === 'string') return { kind: 'untestable', why: kernel };
  const tries: StepResult[] = [];
  while (tries.length < most) {
    const result = await once(kernel, request.label, path.join(folder, `try-${tries.length + 1}`), trial);
    if (typeof result === 'string') return { kind: 'untestable', why: result };
    tries.push(result);
    if (enough(result)) break;
  }
  return { kind: 'tried', kernel, tries };
}
