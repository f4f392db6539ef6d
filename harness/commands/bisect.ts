// SPDX-License-Identifier: MIT
// bisect: which commit changed a clause's verdict. Which option of a configuration: config-bisect.ts.
import path from 'node:path';
import { type Architecture, findArchitecture } from '../arch/index.ts';
import { bisect as bisectCommits } from '../bisect/bisect.ts';
import { isConfigBisection } from '../bisect/config-state.ts';
import { commitDetails, countBetween, demandStillThere, findCommit } from '../bisect/repository.ts';
import { alone, type BisectionRequest, type BisectionState, loadState, saveState } from '../bisect/state.ts';
import { summaryOf } from '../bisect/summary.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { makeRunFolder } from '../run/folder.ts';
import { type BisectOptions, demand, resumable, stepOf, trialBench } from './bisection.ts';
import { bisectOptions } from './config-bisect.ts';
import { print, withSession } from './session.ts';

/** Tries of the bad commit from which the rate is taken, when a confidence is asked for without saying how many. */
const MEASURED_TRIES = 10;

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

export async function bisect(options: BisectOptions): Promise<void> {
  if (options.configBisect || (options.resume !== undefined && isConfigBisection(options.resume))) {
    return bisectOptions(options);
  }
  const known = options.resume === undefined ? undefined : loadState(options.resume);
  if (known) await demandStillThere(known.request);
  const named = known ? known.request.arch : demand(options.arch, '--arch');
  const architecture = withEmulatorFrom(known ? known.request.qemu : options.qemu, findArchitecture(named));
  const request = known?.request ?? (await requestOf(options, architecture));
  const step = stepOf(architecture, request);
  let shown = options.resume;
  const state = await withSession(async (session) => {
    const trial = await trialBench(architecture, step, { ...request, install: options.install ?? false }, session);
    const folder = options.resume ?? makeRunFolder(options.out, new Date()).path;
    // As it was typed, so that it can be typed again.
    shown = options.resume ?? options.out ?? path.relative(process.cwd(), folder);
    return resumable(shown, () =>
      alone(folder, session.signal, (signal) => {
        // What it was before is old by now, if another one was at work on it.
        const begun: BisectionState = known
          ? loadState(folder)
          : { schema: 'trapline-bisection/1', request, steps: [] };
        saveState(folder, begun);
        return bisectCommits(begun, path.resolve(folder), { ...trial, signal });
      }),
    );
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
