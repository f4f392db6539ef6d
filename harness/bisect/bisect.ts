// SPDX-License-Identifier: MIT
// The bisection: both ends are tried first, then git says which commit is next, until it names the one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type KernelRequest, parseKernelRequest, withConfigs } from '../kernel/index.ts';
import { step } from '../outcome/events.ts';
import { type Failure, requestFailure } from '../outcome/failure.ts';
import type { Verdict } from '../outcome/verdict.ts';
import { interrupted } from '../process/command.ts';
import { Bisection, CODES, type Commit, describe, type Mark, type Next } from './repository.ts';
import { type BisectionRequest, type BisectionState, type StepRecord, saveState } from './state.ts';
import { type Trial, type TrialBench, tryKernel } from './trial.ts';
import { costText, demandTries, type Ends, markOf } from './tries.ts';

/** The expectations that hold are those of a kernel with the feature. */
const LABEL = 'with';

export function kernelOf({ tree, configs }: BisectionRequest, sha: string): KernelRequest {
  return withConfigs(parseKernelRequest(`${LABEL}=git:${tree}@${sha}`), configs);
}

interface Work {
  readonly folder: string;
  readonly trial: TrialBench;
}

interface Wish {
  readonly most: number;
  readonly enough: (verdict: Verdict) => boolean;
}

async function trial(
  state: BisectionState,
  commit: Commit,
  place: string,
  wish: Wish,
  { folder, trial }: Work,
): Promise<Trial> {
  const options = { most: wish.most, enough: ({ verdict }: { verdict: Verdict }) => wish.enough(verdict) };
  return tryKernel(kernelOf(state.request, commit.sha), path.join(folder, place), options, trial);
}

function recordOf(
  commit: Commit,
  place: string,
  mark: Mark,
  tried: Trial,
  why: string | undefined,
  started: number,
): StepRecord {
  return {
    commit,
    code: CODES[mark],
    verdicts: tried.kind === 'tried' ? tried.tries.map(({ verdict, reason }) => ({ verdict, reason })) : [],
    ...(why === undefined ? {} : { why }),
    folder: place,
    ...(tried.kind === 'tried' ? { kernel: tried.kernel.fingerprint } : {}),
    seconds: (performance.now() - started) / 1000,
  };
}

const endFailure = (which: 'good' | 'bad', commit: Commit, why: string): Failure =>
  requestFailure(
    `${which}-not-testable`,
    `the ${which} commit, ${commit.text}, cannot be tried: ${why}`,
    `Name another with --${which}, or mend what keeps it from running`,
  );

const several = (verdicts: readonly Verdict[]): string =>
  [...new Set(verdicts)]
    .map((verdict) => `${verdict} (${verdicts.filter((one) => one === verdict).length})`)
    .join(', ');

/** Tries one end until it has been tried so often, or `enough` of it was seen. */
async function tryEnd(state: BisectionState, which: 'good' | 'bad', wish: Wish, work: Work): Promise<StepRecord> {
  const commit = state.request[which];
  const started = performance.now();
  const tried = await trial(state, commit, `ends/${which}`, wish, work);
  if (tried.kind === 'untestable') throw endFailure(which, commit, tried.why);
  return recordOf(commit, `ends/${which}`, which, tried, undefined, started);
}

const verdictsOf = (record: StepRecord): Verdict[] => record.verdicts.map(({ verdict }) => verdict);

/**
 * What good and bad mean here: the verdicts at the two ends. A clause that is the same at both, or not always the same
 * at the good one, cannot be bisected.
 * @throws Failure `good-is-bad`, `good-is-flaky`, `good-not-testable`, `bad-not-testable`, `too-many-tries`
 */
async function tryEnds(
  state: BisectionState,
  save: (next: BisectionState) => BisectionState,
  work: Work,
): Promise<BisectionState> {
  const { clause, good, bad, times, confidence } = state.request;
  let now = state;
  const most = confidence === undefined ? times : 1;
  if (!now.good) now = save({ ...now, good: await tryEnd(now, 'good', { most, enough: () => false }, work) });
  const [verdict] = now.good ? verdictsOf(now.good) : [];
  if (!now.good || verdict === undefined) throw new Error('a good end without a verdict');
  if (!now.bad) {
    // To know how often it fails all of the tries are needed; to know that it does, one.
    const enough = (one: Verdict) => confidence === undefined && one !== verdict;
    now = save({ ...now, bad: await tryEnd(now, 'bad', { most: times, enough }, work) });
  }
  const atBad = now.bad ? verdictsOf(now.bad) : [];
  const failed = atBad.filter((one) => one !== verdict).length;
  if (failed === 0) {
    throw requestFailure(
      'good-is-bad',
      `clause ${clause} is ${verdict} at the bad commit, ${bad.text}, as it is at the good one, ${good.text} (${atBad.length} ${atBad.length === 1 ? 'try' : 'tries'})`,
      'Name two commits that differ in it; a flaky clause needs more --times',
    );
  }
  if (confidence !== undefined && now.tries === undefined) {
    const tries = demandTries(failed, atBad.length, confidence);
    work.trial.sink({ type: 'notice', level: 'info', message: costText(failed, atBad.length, confidence, tries) });
    now = save({
      ...now,
      tries,
      good: await tryEnd(now, 'good', { most: tries, enough: (one) => one !== verdict }, work),
    });
  }
  const atGood = now.good ? verdictsOf(now.good) : [];
  if (new Set(atGood).size > 1) {
    throw requestFailure(
      'good-is-flaky',
      `clause ${clause} is not always the same at the good commit, ${good.text}: ${several(atGood)}`,
      'Name a good commit where it never fails, or another clause',
    );
  }
  return now;
}

function endsOf({ good, bad }: BisectionState): Ends {
  const [verdict] = good ? verdictsOf(good) : [];
  if (verdict === undefined || !bad) throw new Error('the ends were not tried');
  return { good: verdict, bad: [...new Set(verdictsOf(bad))].filter((one) => one !== verdict) };
}

async function tryCommit(state: BisectionState, sha: string, ends: Ends, work: Work): Promise<StepRecord> {
  const commit = await describe(state.request.tree, sha);
  const place = path.join('steps', sha.slice(0, 12));
  const started = performance.now();
  return step(work.trial.sink, 'bisect', commit.text, async (detail) => {
    const wish = { most: state.tries ?? state.request.times, enough: (one: Verdict) => ends.bad.includes(one) };
    const tried = await trial(state, commit, place, wish, work);
    const verdicts = tried.kind === 'tried' ? tried.tries.map(({ verdict }) => verdict) : [];
    const mark = tried.kind === 'tried' ? markOf(verdicts, ends) : 'skip';
    const neither = `${several(verdicts)} is neither ${ends.good} nor ${ends.bad.join(' nor ')}`;
    const why = tried.kind === 'untestable' ? tried.why : mark === 'skip' ? neither : undefined;
    detail(`${mark}: ${why ?? several(verdicts)}`);
    return recordOf(commit, place, mark, tried, why, started);
  });
}

const markOfCode = (code: StepRecord['code']): Mark => (code === 0 ? 'good' : code === 1 ? 'bad' : 'skip');

/**
 * Goes on from the state to the end. The state is saved after every step, and what is known is told to git anew.
 * @throws Failure `interrupted`; see `tryEnds`, `Bisection.begin`; of infrastructure
 */
export async function bisect(begun: BisectionState, folder: string, trialBench: TrialBench): Promise<BisectionState> {
  const work: Work = { folder, trial: trialBench };
  const save = (next: BisectionState): BisectionState => {
    saveState(folder, next);
    return next;
  };
  const { request } = begun;
  const repository = path.join(folder, 'repository.git');
  let { bisection, next } = await Bisection.begin(request.tree, repository, request.good.sha, request.bad.sha);
  let state = await tryEnds(begun, save, work);
  const ends = endsOf(state);
  const known = new Map(state.steps.map((one) => [one.commit.sha, one]));
  const keepLog = async () => writeFileSync(path.join(folder, 'bisect.log'), `${await bisection.log()}\n`);
  const tell = async (record: StepRecord): Promise<Next> => {
    const after = await bisection.mark(record.commit.sha, markOfCode(record.code));
    await keepLog();
    return after;
  };
  // Of two neighbours the bad one is found without a step.
  await keepLog();
  while (next.kind === 'test') {
    if (trialBench.signal.aborted) throw interrupted('the bisection');
    let record = known.get(next.commit);
    if (!record) {
      record = await tryCommit(state, next.commit, ends, work);
      state = save({ ...state, steps: [...state.steps, record] });
    }
    next = await tell(record);
  }
  const shas = next.kind === 'found' ? [next.commit] : next.commits;
  const commits = await Promise.all(shas.map((sha) => describe(request.tree, sha)));
  return save({ ...state, result: { commits, found: next.kind === 'found' } });
}
