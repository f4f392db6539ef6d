// SPDX-License-Identifier: MIT
// watch: the clauses chosen again whenever a source tree changes.
import { existsSync, realpathSync } from 'node:fs';
import { findArchitecture } from '../arch/index.ts';
import { buildGuestPrograms, type GuestPrograms } from '../initramfs/guest-programs.ts';
import { preloadJudge } from '../judge/judge.ts';
import {
  type Builder,
  type BuilderChoice,
  buildKernel,
  demandTree,
  parseKernelRequest,
  resolveKernel,
  type TreeSource,
  withConfigs,
} from '../kernel/index.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { step } from '../outcome/events.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import type { Mechanism, Trigger, Verdict } from '../outcome/verdict.ts';
import { visible } from '../outcome/visible.ts';
import { interrupted } from '../process/command.ts';
import type { Bench } from '../run/bench.ts';
import { prepareBench } from '../run/cell-plan.ts';
import { FollowedTree } from '../run/followed-tree.ts';
import { demandSteps, type Step, stepsFor } from '../run/plan.ts';
import { runSteps } from '../run/single.ts';
import { withScratch } from '../store/temporary.ts';
import { demandBuilders } from './builders.ts';
import { mainArchitecture, print, type Session, withSession } from './session.ts';
import { clock, type Round, roundLines } from './watch-lines.ts';

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
  /** With the absolute path of the tree. */
  readonly options: WatchOptions;
  readonly session: Session;
}

/** Undefined when the kernel is the same as in the round before. @throws Failure `interrupted` when the signal was aborted */
async function round(
  workplace: Workplace,
  source: TreeSource,
  before: string | undefined,
  signal: AbortSignal,
): Promise<{ fingerprint: string; round?: Round }> {
  const { bench, programs, builder, steps, options, session } = workplace;
  const request = withConfigs(parseKernelRequest(`${LABEL}=tree:${options.tree}`), options.config ?? []);
  const plan = await resolveKernel(request, bench.architecture, session.sink, signal, builder, async () => source);
  if (plan.fingerprint === before) return { fingerprint: before };
  const kernel = await buildKernel(plan, session.sink, signal);
  const single = await withScratch((folder) =>
    step(session.sink, `${bench.architecture.name}/${LABEL}`, 'run the clauses', async (progress) => {
      const ran = await runSteps(kernel, LABEL, steps, { bench, programs, folder, progress, signal });
      // What was cut short has no verdicts.
      if (signal.aborted) throw interrupted('running the clauses');
      return ran;
    }),
  );
  return { fingerprint: plan.fingerprint, round: { version: kernel.version, single } };
}

/** Failures that the next change may mend: the tree is at work on. */
const mendable = (error: unknown): error is Failure =>
  error instanceof Failure &&
  (error.name.startsWith('kernel-') ||
    ['configuration-option-missing', 'not-a-kernel-tree', 'tree-changed', 'artifact-refused', 'timed-out'].includes(
      error.name,
    ));

async function rounds(workplace: Workplace, tree: FollowedTree): Promise<void> {
  const { session, options, bench } = workplace;
  const verdicts = new Map<string, Verdict>();
  /** Of the kernel that the last verdicts were of. */
  let fingerprint: string | undefined;
  for (let first = true; !session.signal.aborted; ) {
    // A change during the build makes it worthless: it is ended, and begun anew.
    const stale = new AbortController();
    const over = new AbortController();
    const signal = AbortSignal.any([session.signal, stale.signal]);
    const started = performance.now();
    let source: TreeSource | undefined;
    let other: Promise<void> | undefined;
    try {
      source = await tree.read(session.signal);
      other = tree.other(source, over.signal, false).then(() => {
        if (!over.signal.aborted) stale.abort();
      });
      // Awaited below, whatever the round comes to.
      other.catch(() => stale.abort());
      const done = await round(workplace, source, fingerprint, signal);
      fingerprint = done.fingerprint;
      const seconds = (performance.now() - started) / 1000;
      if (done.round) print(roundLines(done.round, bench, seconds, verdicts));
      first = false;
    } catch (error) {
      if (!existsSync(options.tree)) {
        throw requestFailure('tree-gone', `the tree ${options.tree} is gone`, 'Begin again where it is now');
      }
      const ended = error instanceof Failure && error.kind === 'interrupted' && signal.aborted;
      if (!ended) {
        // At the first round nothing is at work yet: what is wrong then is the request.
        if (!mendable(error) || (first && error.kind === 'request')) throw error;
        const again = error.name === 'tree-changed';
        print(`${clock()}  ${visible(error.what.replaceAll('\n', ' '))}${again ? ': it is read again' : ''}`);
        fingerprint = undefined;
        if (again) {
          tree.forget();
          stale.abort();
        }
      }
    } finally {
      over.abort();
    }
    await other;
    if (!stale.signal.aborted) await tree.other(source, session.signal, true);
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
  demandTree(options.tree);
  // Absolute, and the watcher does not follow a symbolic link.
  const tree = realpathSync(options.tree);
  await withSession(async (session) => {
    const builderOf = await demandBuilders([architecture], options, session.sink);
    const builder = builderOf(architecture);
    const [bench, programs, followed] = await Promise.all([
      prepareBench(architecture, options, session.sink, session.signal),
      buildGuestPrograms(architecture, session.sink, session.signal),
      FollowedTree.begin(tree),
    ]);
    preloadJudge();
    const steps = stepsFor(architecture, filter);
    try {
      await rounds({ bench, programs, builder, steps, options: { ...options, tree }, session }, followed);
    } finally {
      await followed.end();
    }
  });
  throw new Failure('interrupted', 'interrupted', 'watching was ended', 'Nothing is left running');
}
