// SPDX-License-Identifier: MIT
// watch: the clauses chosen again whenever a source tree changes.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expectations } from '../../specs/expectations.ts';
import { type Architecture, findArchitecture } from '../arch/index.ts';
import { buildGuestPrograms, type GuestPrograms } from '../initramfs/guest-programs.ts';
import { expectedVerdict } from '../judge/expectation.ts';
import { preloadJudge } from '../judge/judge.ts';
import {
  type Builder,
  type BuilderChoice,
  buildKernel,
  parseKernelRequest,
  resolveKernel,
  withConfigs,
} from '../kernel/index.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { crashTitle } from '../outcome/crash.ts';
import { step } from '../outcome/events.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import { resultKey } from '../outcome/report.ts';
import { type Mechanism, outcomeOf, type Trigger, type Verdict } from '../outcome/verdict.ts';
import { visible } from '../outcome/visible.ts';
import type { Bench } from '../run/bench.ts';
import { prepareBench } from '../run/cell-plan.ts';
import { demandSteps, type Step, stepsFor } from '../run/plan.ts';
import { runSteps, type Single, type StepResult } from '../run/single.ts';
import { TreeWatch } from '../run/tree-watch.ts';
import { withScratch } from '../store/temporary.ts';
import { demandBuilders } from './builders.ts';
import { mainArchitecture, print, type Session, withSession } from './session.ts';

export interface WatchOptions {
  tree: string;
  arch?: string;
  clause?: string[];
  trigger?: string[];
  mechanism?: string[];
  config?: string[];
  accel: 'auto' | 'tcg' | 'kvm';
  qemu?: string;
  builder?: BuilderChoice;
  install?: boolean;
}

const LABEL = 'tree';

interface Workplace {
  readonly bench: Bench;
  readonly programs: GuestPrograms;
  readonly builder: Builder;
  readonly steps: readonly Step[];
  readonly options: WatchOptions;
  readonly session: Session;
}

interface Round {
  readonly version: string;
  readonly single: Single;
}

/** Undefined when the tree is the same as in the round before: a file was only touched, or is none of the kernel's. */
async function round(
  workplace: Workplace,
  before: string | undefined,
  signal: AbortSignal,
): Promise<{ fingerprint: string; round?: Round }> {
  const { bench, programs, builder, steps, options, session } = workplace;
  const request = withConfigs(parseKernelRequest(`${LABEL}=tree:${options.tree}`), options.config ?? []);
  const plan = await resolveKernel(request, bench.architecture, session.sink, signal, builder);
  if (plan.fingerprint === before) return { fingerprint: before };
  const kernel = await buildKernel(plan, session.sink, signal);
  const single = await withScratch((folder) =>
    step(session.sink, `${bench.architecture.name}/${LABEL}`, 'run the clauses', (progress) =>
      runSteps(kernel, LABEL, steps, { bench, programs, folder, progress, signal }),
    ),
  );
  return { fingerprint: plan.fingerprint, round: { version: kernel.version, single } };
}

function line(
  result: StepResult,
  architecture: Architecture,
  version: string,
  emulator: string,
  before: Verdict | undefined,
): string | undefined {
  const { clause, trigger, mechanism } = result.step;
  const versions = { emulator, kernel: version };
  const expected = expectedVerdict(clause, result.step, architecture, 'with', expectations, result, versions);
  const outcome = outcomeOf(result.verdict, expected.verdict);
  const changed = before !== undefined && before !== result.verdict;
  if (outcome === 'expected' && !changed) return undefined;
  const verdict = changed ? `${before} → ${result.verdict}` : result.verdict;
  const surprise =
    outcome === 'expected' ? ', as expected' : ` (${outcome.replace('-', ' ')}: expected ${expected.verdict})`;
  const crashes = result.crashes.map((crash) => `\n      the kernel: ${visible(crashTitle(crash))}`).join('');
  const reason = result.reason === '' ? '' : `: ${visible(result.reason)}`;
  return `  ${clause.id} ${trigger} ${mechanism}  ${verdict}${surprise}${reason}${crashes}`;
}

const count = (results: readonly StepResult[]): string => {
  const verdicts = results.map(({ verdict }) => verdict);
  return [...new Set(verdicts)].map((one) => `${verdicts.filter((each) => each === one).length} ${one}`).join(', ');
};

function show({ single, version }: Round, { bench }: Workplace, seconds: number, before: Map<string, Verdict>): void {
  const { results, boot } = single;
  const time = new Date().toTimeString().slice(0, 8);
  const head = `${time}  ${bench.architecture.name} Linux ${version}, ${seconds.toFixed(1)} s: `;
  if (boot.outcome !== 'booted') {
    const crashes = single.bootCrashes.map((crash) => `\n      the kernel: ${visible(crashTitle(crash))}`);
    print(`${head}it does not boot (${boot.outcome}: ${visible(boot.detail)})${crashes.join('')}`);
    return;
  }
  const named = results.map((result) => ({ result, key: resultKey({ id: result.step.clause.id, ...result.step }) }));
  const lines = named.flatMap(
    ({ result, key }) => line(result, bench.architecture, version, bench.emulator.version, before.get(key)) ?? [],
  );
  print([`${head}${count(results)}${lines.length === 0 ? ', as expected' : ''}`, ...lines].join('\n'));
  for (const { result, key } of named) before.set(key, result.verdict);
}

/** Failures that the next change may mend: the tree is at work on. */
const mendable = (error: unknown): error is Failure =>
  error instanceof Failure &&
  (error.name.startsWith('kernel-') ||
    ['configuration-option-missing', 'not-a-kernel-tree', 'tree-changed', 'artifact-refused', 'timed-out'].includes(
      error.name,
    ));

async function rounds(workplace: Workplace, watch: TreeWatch): Promise<void> {
  const { session, options } = workplace;
  const { signal } = session;
  const verdicts = new Map<string, Verdict>();
  let fingerprint: string | undefined;
  for (let first = true; !signal.aborted; first = false) {
    // A change during the build makes it worthless: it is ended, and begun anew.
    const stale = new AbortController();
    watch.onChange = () => stale.abort();
    watch.begun();
    const started = performance.now();
    try {
      const done = await round(workplace, fingerprint, AbortSignal.any([signal, stale.signal]));
      fingerprint = done.fingerprint;
      if (done.round && !stale.signal.aborted)
        show(done.round, workplace, (performance.now() - started) / 1000, verdicts);
    } catch (error) {
      fingerprint = undefined;
      if (!existsSync(options.tree)) {
        throw requestFailure('tree-gone', `the tree ${options.tree} is gone`, 'Begin again where it is now');
      }
      const interrupted = error instanceof Failure && error.kind === 'interrupted';
      if (!(interrupted && (stale.signal.aborted || signal.aborted))) {
        // At the first round nothing is at work yet: what is wrong then is the request.
        if (!mendable(error) || (first && error.kind === 'request')) throw error;
        print(`${new Date().toTimeString().slice(0, 8)}  ${visible(error.what.replaceAll('\n', ' '))}`);
      }
    } finally {
      watch.onChange = undefined;
    }
    await watch.changed(signal);
  }
}

export async function watch(options: WatchOptions): Promise<void> {
  const architecture = withEmulatorFrom(options.qemu, findArchitecture(options.arch ?? mainArchitecture()));
  const filter = {
    clauses: options.clause ?? [],
    triggers: (options.trigger ?? []) as Trigger[],
    mechanisms: (options.mechanism ?? []) as Mechanism[],
  };
  demandSteps([architecture], filter);
  const tree = path.resolve(options.tree);
  if (!existsSync(tree)) {
    throw requestFailure('no-such-file', `there is no folder ${tree}`, 'Name the top folder of a kernel source');
  }
  await withSession(async (session) => {
    const builderOf = await demandBuilders([architecture], options, session.sink);
    const builder = builderOf(architecture);
    const [bench, programs, treeWatch] = await Promise.all([
      prepareBench(architecture, options, session.sink, session.signal),
      buildGuestPrograms(architecture, session.sink, session.signal),
      TreeWatch.begin(tree),
    ]);
    preloadJudge();
    const steps = stepsFor(architecture, filter);
    try {
      await rounds({ bench, programs, builder, steps, options: { ...options, tree }, session }, treeWatch);
    } finally {
      await treeWatch.end();
    }
  });
  throw new Failure('interrupted', 'interrupted', 'watching was ended', 'Nothing is left running');
}
