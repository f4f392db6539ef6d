// SPDX-License-Identifier: MIT
// Does the suite notice a kernel that is broken on purpose? Each mutant's verdicts beside those of the whole kernel.
import type { Architecture } from '../arch/record.ts';
import { listMutants, type Mutant, parseKernelRequest } from '../kernel/index.ts';
import type { EventSink } from '../outcome/events.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellReport, resultKey } from '../outcome/report.ts';
import type { Verdict } from '../outcome/verdict.ts';
import type { CellEngine } from './engine.ts';
import type { RunFolder } from './folder.ts';
import { type RunResult, runPipeline } from './pipeline.ts';
import type { ClauseFilter } from './plan.ts';

export interface MutantOutcome {
  readonly mutant: Mutant;
  readonly arch: string;
  /** Clauses whose verdict differs from the whole kernel's, e.g. "5.8 deviates". */
  readonly caughtBy: readonly string[];
  /** Of these, does one belong to what the mutant is said to break? */
  readonly asSaid: boolean;
  /** Why it could not be run; it is then neither caught nor survived. */
  readonly failed?: string;
}

const WHOLE = 'with';

/** @throws Failure `unknown-mutant` */
export function chooseMutants(names: readonly string[]): Mutant[] {
  const all = listMutants();
  for (const name of names) {
    if (all.some((mutant) => mutant.name === name)) continue;
    const known = all.map((mutant) => mutant.name).join(', ');
    throw requestFailure(
      'unknown-mutant',
      `there is no mutant "${name}"`,
      `They lie in kernel-config/mutants/: ${known}`,
    );
  }
  return names.length === 0 ? all : all.filter((mutant) => names.includes(mutant.name));
}

/** A mutant is run with the whole behaviours that it should break: others of their clauses may catch it as well. */
function filterFor(mutants: readonly Mutant[]): ClauseFilter {
  const behaviours = new Set(mutants.flatMap(({ breaks }) => breaks.map((id) => id.split('.')[0] ?? id)));
  return { clauses: [...behaviours].sort(), triggers: [], mechanisms: [] };
}

/**
 * A clause that was not run, on either kernel, is no evidence: a guest that never came up, or a run that was
 * interrupted, has caught nothing.
 */
export function compare(mutant: Mutant, arch: string, whole: CellReport, cell: CellReport): MutantOutcome {
  const before = new Map(whole.clauses.map((result) => [resultKey(result), result.verdict]));
  const wasRun = (verdict: Verdict | undefined): boolean => verdict !== undefined && verdict !== 'not-run';
  const judged = cell.clauses.filter((result) => wasRun(before.get(resultKey(result))));
  const different = judged.filter(({ verdict, ...result }) => {
    return wasRun(verdict) && verdict !== before.get(resultKey(result));
  });
  const missing = judged.find(({ verdict }) => !wasRun(verdict));
  if (different.length === 0 && (missing || judged.length === 0)) {
    const failed = missing?.reason || cell.boot.detail || cell.boot.outcome;
    return { mutant, arch, caughtBy: [], asSaid: false, failed };
  }
  return {
    mutant,
    arch,
    caughtBy: [...new Set(different.map((result) => `${result.id} ${result.verdict}`))],
    asSaid: different.some((result) => mutant.breaks.includes(result.id)),
  };
}

/** Builds, runs and compares the mutants of one architecture. */
export async function runMutants(
  architecture: Architecture,
  mutants: readonly Mutant[],
  options: { engine: CellEngine; signal: AbortSignal },
  folder: RunFolder,
  sink: EventSink,
): Promise<{ outcomes: MutantOutcome[]; result: RunResult }> {
  const own = mutants.filter((mutant) => mutant.architectures.includes(architecture.name));
  const filters = new Map(own.map((mutant) => [mutant.name, filterFor([mutant])]));
  const kernels = [WHOLE, ...own.map(({ name }) => `${name}=${WHOLE}+${name}`)].map(parseKernelRequest);
  const request = {
    architectures: [architecture],
    kernels,
    filterOf: (label: string) => filters.get(label) ?? filterFor(own),
    accel: 'auto' as const,
    ...options,
  };
  const result = await runPipeline(request, folder, sink);
  const whole = result.cells.find((cell) => cell.kernel.label === WHOLE);
  if (!whole) throw new Error('the whole kernel was not run');
  const outcomes = own.flatMap((mutant) => {
    const cell = result.cells.find((candidate) => candidate.kernel.label === mutant.name);
    return cell ? [compare(mutant, architecture.name, whole, cell)] : [];
  });
  return { outcomes, result };
}
