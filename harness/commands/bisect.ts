// SPDX-License-Identifier: MIT
// bisect: which commit, or which option of a configuration, changed a clause's verdict.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Architecture, findArchitecture } from '../arch/index.ts';
import { bisect as bisectCommits } from '../bisect/bisect.ts';
import { bisectConfig } from '../bisect/config-bisect.ts';
import { commitDetails, countBetween, findCommit } from '../bisect/repository.ts';
import { type BisectionRequest, type BisectionState, loadState, saveState } from '../bisect/state.ts';
import { configSummaryOf, summaryOf } from '../bisect/summary.ts';
import type { TrialBench } from '../bisect/trial.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { type BuilderChoice, parseKernelRequest, withConfigs } from '../kernel/index.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import type { Mechanism, Trigger } from '../outcome/verdict.ts';
import { prepareBench } from '../run/cell-plan.ts';
import { makeRunFolder } from '../run/folder.ts';
import { type Step, stepsFor } from '../run/plan.ts';
import { demandBuilders } from './builders.ts';
import { print, type Session, withSession } from './session.ts';

export interface BisectOptions {
  tree?: string;
  good?: string;
  bad?: string;
  arch?: string;
  clause?: string;
  trigger?: Trigger;
  mechanism?: Mechanism;
  config?: string[];
  times?: number;
  confidence?: number;
  configBisect?: string[];
  kernel?: string;
  accel: 'auto' | 'tcg' | 'kvm';
  qemu?: string;
  builder: BuilderChoice;
  resume?: string;
  out?: string;
  install?: boolean;
}

/** Tries of the bad commit from which the rate is taken, when a confidence is asked for without saying how many. */
const MEASURED_TRIES = 10;

function demand<T>(value: T | undefined, option: string): T {
  if (value !== undefined) return value;
  throw requestFailure('option-missing', `bisect needs ${option}`, './trapline bisect --help has examples');
}

/**
 * The one probe that decides: of a clause's settings that with `sigtrap`, unless another is asked for.
 * @throws Failure `unknown-clause`, `nothing-to-run`
 */
function stepOf(architecture: Architecture, asked: Pick<BisectOptions, 'clause' | 'trigger' | 'mechanism'>): Step {
  const clause = demand(asked.clause, '--clause');
  const steps = stepsFor(architecture, {
    clauses: [clause],
    triggers: asked.trigger ? [asked.trigger] : [],
    mechanisms: asked.mechanism ? [asked.mechanism] : [],
  });
  if (!clause.includes('.')) {
    throw requestFailure(
      'behaviour-not-clause',
      `"${clause}" is a whole behaviour`,
      'Name one clause, e.g. --clause 5.4',
    );
  }
  const step = steps.find(({ mechanism }) => mechanism === 'sigtrap') ?? steps[0];
  if (step) return step;
  throw requestFailure(
    'nothing-to-run',
    `clause ${clause} is not exercised on ${architecture.name} by this trigger and mechanism`,
    './trapline clauses says where it can be',
  );
}

async function requestOf(options: BisectOptions, architecture: Architecture): Promise<BisectionRequest> {
  const tree = path.resolve(demand(options.tree, '--tree'));
  const step = stepOf(architecture, options);
  const good = await findCommit(tree, demand(options.good, '--good'));
  const bad = await findCommit(tree, demand(options.bad, '--bad'));
  if ((await countBetween(tree, good.sha, bad.sha)) === 0) {
    throw requestFailure(
      'nothing-between',
      `there is no commit in ${bad.text} that is not in ${good.text}`,
      good.sha === bad.sha ? 'Name two commits' : 'Are --good and --bad the wrong way round?',
    );
  }
  const measured = options.confidence === undefined ? 1 : MEASURED_TRIES;
  return {
    tree,
    good,
    bad,
    arch: architecture.name,
    clause: step.clause.id,
    trigger: step.trigger,
    mechanism: step.mechanism,
    // A file's name is to hold from wherever the bisection is resumed.
    configs: (options.config ?? []).map((name) => (name.endsWith('.config') ? path.resolve(name) : name)),
    times: options.times ?? measured,
    ...(options.confidence === undefined ? {} : { confidence: options.confidence }),
    accel: options.accel,
    builder: options.builder,
    ...(options.qemu === undefined ? {} : { qemu: path.resolve(options.qemu) }),
  };
}

export async function trialBench(
  architecture: Architecture,
  step: Step,
  options: { accel: BisectOptions['accel']; builder: BuilderChoice; install?: boolean },
  { sink, signal }: Session,
): Promise<TrialBench> {
  const builderOf = await demandBuilders([architecture], options, sink);
  const [bench, programs] = await Promise.all([
    prepareBench(architecture, options, sink, signal),
    buildGuestPrograms(architecture, sink, signal),
  ]);
  return { bench, programs, builder: builderOf(architecture), step, sink, signal };
}

function readConfigFile(file: string): string {
  if (existsSync(file) && statSync(file).isFile()) return readFileSync(file, 'utf8');
  throw requestFailure(
    'no-such-file',
    `there is no configuration ${file}`,
    'Name two files, e.g. a run’s kernel.config',
  );
}

async function bisectOptions(files: readonly string[], options: BisectOptions): Promise<void> {
  const [goodFile, badFile, ...more] = files;
  if (goodFile === undefined || badFile === undefined || more.length > 0) {
    throw requestFailure(
      'two-configurations',
      '--config-bisect takes two files, the good one first',
      './trapline bisect --help has examples',
    );
  }
  const architecture = withEmulatorFrom(options.qemu, findArchitecture(demand(options.arch, '--arch')));
  const step = stepOf(architecture, options);
  const selector = options.tree === undefined ? (options.kernel ?? 'with') : `tree:${path.resolve(options.tree)}`;
  const request = {
    kernel: withConfigs(parseKernelRequest(`with=${selector}`), options.config ?? []),
    good: readConfigFile(goodFile),
    bad: readConfigFile(badFile),
    clause: step.clause.id,
    times: options.times ?? 1,
  };
  const { folder, result } = await withSession(async (session) => {
    const trial = await trialBench(architecture, step, options, session);
    const made = makeRunFolder(options.out, new Date()).path;
    return { folder: made, result: await bisectConfig(request, made, trial) };
  });
  const setting = `clause ${step.clause.id} (${step.trigger}, ${step.mechanism}) on ${architecture.name}`;
  print(configSummaryOf(result, setting, options.out ?? path.relative(process.cwd(), folder)));
  if (result.left.length === 1) return;
  throw infrastructureFailure(
    'bisection-undecided',
    `no part of the ${result.left.length} options that are left tells more`,
    'Kconfig lets them be only together, or the kernels between do not build or boot',
  );
}

export async function bisect(options: BisectOptions): Promise<void> {
  if (options.configBisect) return bisectOptions(options.configBisect, options);
  const known = options.resume === undefined ? undefined : loadState(options.resume);
  const named = known ? known.request.arch : demand(options.arch, '--arch');
  const architecture = withEmulatorFrom(known ? known.request.qemu : options.qemu, findArchitecture(named));
  const request = known?.request ?? (await requestOf(options, architecture));
  const step = stepOf(architecture, request);
  const begun: BisectionState = known ?? { schema: 'trapline-bisection/1', request, steps: [] };
  let shown = options.resume;
  const state = await withSession(async (session) => {
    const trial = await trialBench(architecture, step, { ...request, install: options.install ?? false }, session);
    const folder = options.resume ?? makeRunFolder(options.out, new Date()).path;
    // As it was typed, so that it can be typed again.
    shown = options.resume ?? options.out ?? path.relative(process.cwd(), folder);
    saveState(folder, begun);
    try {
      return await bisectCommits(begun, path.resolve(folder), trial);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'interrupted') throw error;
      throw new Failure(
        'interrupted',
        'interrupted',
        'the bisection was interrupted',
        `./trapline bisect --resume ${shown} goes on`,
      );
    }
  });
  const { found = false, commits = [] } = state.result ?? {};
  const [commit] = commits;
  const details = found && commit ? await commitDetails(request.tree, commit.sha) : '';
  print(summaryOf(state, shown ?? '.', details));
  if (!found) {
    throw infrastructureFailure(
      'bisection-undecided',
      `every commit that is left could not be tried: the change is in one of ${commits.length}`,
      `${shown}/bisection.json says why each was skipped`,
    );
  }
}
