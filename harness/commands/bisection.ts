// SPDX-License-Identifier: MIT
// What both kinds of bisection have in common: the options, the one probe that decides, and how an interrupt is told.
import type { Architecture } from '../arch/index.ts';
import type { TrialBench } from '../bisect/trial.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import type { BuilderChoice } from '../kernel/index.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import type { Mechanism, Trigger } from '../outcome/verdict.ts';
import { prepareBench } from '../run/cell-plan.ts';
import { type Step, stepsFor } from '../run/plan.ts';
import { demandBuilders } from './builders.ts';
import type { Session } from './session.ts';

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

export function demand<T>(value: T | undefined, option: string): T {
  if (value !== undefined) return value;
  throw requestFailure('option-missing', `bisect needs ${option}`, './trapline bisect --help has examples');
}

/**
 * The one probe that decides: of a clause's settings that with `sigtrap`, unless another is asked for.
 * @throws Failure `unknown-clause`, `nothing-to-run`
 */
export function stepOf(
  architecture: Architecture,
  asked: Pick<BisectOptions, 'clause' | 'trigger' | 'mechanism'>,
): Step {
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

/** The work, whose interrupt says how it goes on. @param shown the folder as it was typed, so that it can be typed again */
export async function resumable<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'interrupted') throw error;
    throw new Failure(
      'interrupted',
      'interrupted',
      'the bisection was interrupted',
      `./trapline bisect --resume ${shown} goes on`,
    );
  }
}
