// SPDX-License-Identifier: MIT
// The whole way of a run: plan → kernels and guest programs → machines → evidence → verdicts → report.

import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import { inCache } from '../config/paths.ts';
import { buildGuestPrograms, type GuestPrograms } from '../initramfs/guest-programs.ts';
import { judgeAll, preloadJudge } from '../judge/judge.ts';
import type { Judged } from '../judge/verdict.ts';
import { buildKernel, type KernelPlan, symbolTools } from '../kernel/index.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import type { CellReport } from '../outcome/report.ts';
import { writingTo } from '../store/disk.ts';
import type { CellOutcome } from './bench.ts';
import { type CellPlan, type CellRequest, cellName, planCells } from './cell-plan.ts';
import { crashesOf } from './crashes.ts';
import { rememberDuration, slowestFirst } from './durations.ts';
import type { CellEngine } from './engine.ts';
import { keepConfig, makeCellFolder, type RunFolder } from './folder.ts';
import { ranWords } from './ran-words.ts';
import { reportCell } from './results.ts';

export interface RunRequest extends CellRequest {
  /** Where cells are run. */
  readonly engine: CellEngine;
  readonly signal?: AbortSignal | undefined;
  /** Given the cells as they would be if the run were killed now, before the first machine starts. */
  readonly begun?: (cells: readonly CellReport[]) => Promise<void>;
}

export interface RunResult {
  readonly cells: readonly CellReport[];
  /** Infrastructure failures, by cell: the run goes on without the cell. */
  readonly failures: readonly Failure[];
  readonly interrupted: boolean;
}

/** What the first report says of every cell: it is read only when nobody came to write another. */
const KILLED = new Failure(
  'interrupted',
  'killed',
  'the run was killed',
  'What its probes recorded is judged by: ./trapline report RUN --judge',
);

/**
 * Runs it all. Requests that are wrong are thrown before anything is built; what fails later costs its cell.
 * @throws Failure of the request
 */
export async function runPipeline(request: RunRequest, folder: RunFolder, sink: EventSink): Promise<RunResult> {
  // What is wrong with the request shows in one cell first; the others must not go on behind our back then.
  const wrong = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, wrong.signal]) : wrong.signal;
  setMaxListeners(0, signal);
  const plans = await planCells(request, signal, sink);
  await request.begun?.(plans.map((plan) => cellOf(plan, request, { kind: 'failed', failure: KILLED }, [])));
  const programs = new Map<string, Promise<GuestPrograms>>();
  for (const { bench, way } of plans) {
    const { architecture } = bench;
    if (way.kind === 'closed' || programs.has(architecture.name)) continue;
    const building = writingTo(inCache('guest'), () => buildGuestPrograms(architecture, sink, signal));
    // Awaited by each cell; an early failure must not be an unhandled one meanwhile.
    building.catch(() => {});
    programs.set(architecture.name, building);
  }
  preloadJudge();
  const builds = pLimit(1);
  const machines = pLimit(request.engine.jobs);
  let mistake: { error: unknown } | undefined;
  const outcomes: CellOutcome[] = [];
  async function work(plan: CellPlan): Promise<CellOutcome> {
    try {
      const { way } = plan;
      if (way.kind === 'closed') throw way.failure;
      const shared = { engine: request.engine, builds, machines, programs, sink, signal };
      return await writingTo(folder.path, () => workCell(plan, way.kernel, folder, shared));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'request') {
        mistake ??= { error };
        wrong.abort();
      }
      const failure = error instanceof Failure ? error : infrastructureFailure('bug', String(error), 'See above');
      if (failure.kind === 'infrastructure') {
        sink({ type: 'notice', level: 'warning', message: `${cellName(plan)}: ${failure.what}` });
      }
      return { kind: 'failed', failure };
    }
  }
  // Begun in this order, reported in the request's.
  await Promise.all(
    slowestFirst(plans, ({ bench }) => bench.architecture.name, cellName).map(async (plan) => {
      outcomes[plans.indexOf(plan)] = await work(plan);
    }),
  );
  if (mistake) throw mistake.error;
  const cells = await judgeCells(plans, outcomes, request, sink);
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.failure] : []));
  return {
    cells,
    failures: failures.filter((failure) => failure.kind === 'infrastructure'),
    interrupted: request.signal?.aborted ?? false,
  };
}

interface Shared {
  readonly engine: CellEngine;
  readonly builds: ReturnType<typeof pLimit>;
  readonly machines: ReturnType<typeof pLimit>;
  readonly programs: ReadonlyMap<string, Promise<GuestPrograms>>;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

async function workCell(plan: CellPlan, kernel: KernelPlan, run: RunFolder, shared: Shared): Promise<CellOutcome> {
  const { architecture } = plan.bench;
  const { signal } = shared;
  const cellFolder = makeCellFolder(run, architecture.name, plan.kernel.request.label);
  const artifact = await shared.builds(() => buildKernel(kernel, shared.sink, signal));
  keepConfig(artifact.config, cellFolder.absolute);
  const programs = await shared.programs.get(architecture.name);
  if (!programs) throw new Error(`no guest programs for ${architecture.name}`);
  writeFileSync(
    path.join(cellFolder.absolute, 'fingerprints.json'),
    `${JSON.stringify({ kernel: artifact.fingerprint, guest: programs.fingerprint, image: artifact.image }, null, 2)}\n`,
  );
  return shared.machines(() =>
    step(shared.sink, cellName(plan), 'run the clauses', async (detail) => {
      const cell = {
        architecture,
        kernelImage: artifact.image,
        programs,
        accel: plan.bench.accelerator.accel,
        sandbox: plan.bench.emulator.sandbox,
        start: plan.bench.emulator.start,
        steps: plan.steps,
      };
      const ran = await shared.engine.run(cell, {
        name: cellName(plan),
        folder: cellFolder.absolute,
        signal,
        progress: detail,
        warn: (message) => shared.sink({ type: 'notice', level: 'warning', message }),
      });
      rememberDuration(cellName(plan), ran.seconds);
      detail(ranWords(ran));
      const binutils = { ...symbolTools(architecture), vmlinux: artifact.vmlinux };
      return { kind: 'ran', ran, crashes: await crashesOf(cellFolder.absolute, binutils) };
    }),
  );
}

async function judgeCells(
  plans: readonly CellPlan[],
  outcomes: readonly CellOutcome[],
  request: RunRequest,
  sink: EventSink,
): Promise<CellReport[]> {
  const input = plans.map((plan, index) => {
    const outcome = outcomes[index];
    const evidence = outcome?.kind === 'ran' ? [...outcome.ran.evidence] : [];
    const control = outcome?.kind === 'ran' ? [...outcome.ran.control] : [];
    return { arch: plan.bench.architecture.name, label: plan.kernel.request.label, evidence, control };
  });
  const judgements = await step(sink, 'verdicts', 'judge the observations', () => judgeAll(input));
  return plans.map((plan, index) => {
    const outcome = outcomes[index];
    if (!outcome) throw new Error('a cell without an outcome');
    return cellOf(plan, request, outcome, judgements[index] ?? []);
  });
}

function cellOf(plan: CellPlan, request: RunRequest, outcome: CellOutcome, judgements: readonly Judged[]): CellReport {
  return reportCell({
    bench: plan.bench,
    kernel: plan.kernel,
    steps: plan.steps,
    filter: request.filterOf(plan.kernel.request.label),
    outcome,
    judgements,
    folder: path.join(plan.bench.architecture.name, plan.kernel.request.label),
  });
}
