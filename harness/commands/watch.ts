// SPDX-License-Identifier: MIT
// watch: the clauses chosen again whenever a source tree changes.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findArchitecture } from '../arch/index.ts';
import { buildGuestPrograms, type GuestPrograms } from '../initramfs/guest-programs.ts';
import { preloadJudge } from '../judge/judge.ts';
import {
  type Builder,
  type BuilderChoice,
  buildKernel,
  parseKernelRequest,
  resolveKernel,
  type TreeSource,
  treeSource,
  withConfigs,
} from '../kernel/index.ts';
import { withEmulatorFrom } from '../machine/emulator.ts';
import { step } from '../outcome/events.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import type { Mechanism, Trigger, Verdict } from '../outcome/verdict.ts';
import { visible } from '../outcome/visible.ts';
import type { Bench } from '../run/bench.ts';
import { prepareBench } from '../run/cell-plan.ts';
import { demandSteps, type Step, stepsFor } from '../run/plan.ts';
import { runSteps } from '../run/single.ts';
import { TreeWatch } from '../run/tree-watch.ts';
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

/** What is known from the rounds before. Without a source the tree is read whole. */
interface Memory {
  source: TreeSource | undefined;
  fingerprint: string | undefined;
  readonly verdicts: Map<string, Verdict>;
}

/** Undefined when the tree is the same as in the round before: a file was only touched, or is none of the kernel's. */
async function round(
  workplace: Workplace,
  memory: Memory,
  touched: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Round | undefined> {
  const { bench, programs, builder, steps, options, session } = workplace;
  const request = withConfigs(parseKernelRequest(`${LABEL}=tree:${options.tree}`), options.config ?? []);
  const { source, fingerprint } = memory;
  memory.source = undefined;
  memory.fingerprint = undefined;
  const plan = await resolveKernel(request, bench.architecture, session.sink, signal, builder, async () => {
    const since = source && { inventory: source.inventory, touched };
    memory.source = await treeSource(options.tree, signal, since);
    return memory.source;
  });
  if (plan.fingerprint !== fingerprint) {
    const kernel = await buildKernel(plan, session.sink, signal);
    const single = await withScratch((folder) =>
      step(session.sink, `${bench.architecture.name}/${LABEL}`, 'run the clauses', (progress) =>
        runSteps(kernel, LABEL, steps, { bench, programs, folder, progress, signal }),
      ),
    );
    memory.fingerprint = plan.fingerprint;
    return { version: kernel.version, single };
  }
  memory.fingerprint = fingerprint;
  return undefined;
}

/**
 * A round goes by what the watcher tells, which is not all: a file may be changed by another name of it, or mapped.
 * While nobody waits the whole tree is looked at. True when something was missed.
 */
async function missed({ options }: Workplace, memory: Memory, signal: AbortSignal): Promise<boolean> {
  const before = memory.source?.identity;
  memory.source = await treeSource(options.tree, signal);
  return memory.source.identity !== before;
}

/** Failures that the next change may mend: the tree is at work on. */
const mendable = (error: unknown): error is Failure =>
  error instanceof Failure &&
  (error.name.startsWith('kernel-') ||
    ['configuration-option-missing', 'not-a-kernel-tree', 'tree-changed', 'artifact-refused', 'timed-out'].includes(
      error.name,
    ));

async function rounds(workplace: Workplace, watch: TreeWatch): Promise<void> {
  const { session, options, bench } = workplace;
  const memory: Memory = { source: undefined, fingerprint: undefined, verdicts: new Map() };
  for (let first = true; !session.signal.aborted; first = false) {
    // A change during the build makes it worthless: it is ended, and begun anew.
    const stale = new AbortController();
    const signal = AbortSignal.any([session.signal, stale.signal]);
    const touched = watch.news();
    watch.onChange = () => stale.abort();
    const started = performance.now();
    try {
      const done = await round(workplace, memory, touched, signal);
      const seconds = (performance.now() - started) / 1000;
      if (done && !stale.signal.aborted) print(roundLines(done, bench, seconds, memory.verdicts));
      if (await missed(workplace, memory, signal)) continue;
    } catch (error) {
      if (!existsSync(options.tree)) {
        throw requestFailure('tree-gone', `the tree ${options.tree} is gone`, 'Begin again where it is now');
      }
      const interrupted = error instanceof Failure && error.kind === 'interrupted';
      if (!(interrupted && signal.aborted)) {
        // At the first round nothing is at work yet: what is wrong then is the request.
        if (!mendable(error) || (first && error.kind === 'request')) throw error;
        const again = error.name === 'tree-changed';
        print(`${clock()}  ${visible(error.what.replaceAll('\n', ' '))}${again ? ': it is read again' : ''}`);
        if (again) {
          memory.source = undefined;
          continue;
        }
      }
    } finally {
      watch.onChange = undefined;
    }
    await watch.changed(session.signal);
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
