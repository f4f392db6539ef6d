// SPDX-License-Identifier: MIT
// From a plan to an artifact in the store: verified when it is there, built when it is not.
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import { demand } from '../process/requirements.ts';
import { diskFullFailure, saysDiskFull, writingTo } from '../store/disk.ts';
import { withLock } from '../store/lock.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { installFolder, sweepTemporary } from '../store/temporary.ts';
import type { BuildPlace } from './builder.ts';
import { endOrphans } from './builder-host.ts';
import { configurationKey, configure } from './configure.ts';
import { type BuildPlan, type KernelPlan, kernelDirectory, treeOf } from './plan.ts';
import { prepareWorkspace } from './workspace.ts';

/** A built kernel in the store. All paths are absolute. */
export interface KernelArtifact {
  readonly fingerprint: string;
  readonly directory: string;
  /** What QEMU boots. */
  readonly image: string;
  /** With symbols; for a prebuilt image, the image itself. */
  readonly vmlinux: string;
  readonly config: string;
  /** `uname -r` as built; "unknown" for a prebuilt image. */
  readonly version: string;
}

const LOCK = 'kernel-build';
/** A prebuilt image is copied in no time, and does not wait for somebody's build. */
const IMAGE_LOCK = 'kernel-image';

/** The kernel of a fingerprint if it is in the store and whole; a damaged one is told and counts as missing. */
export function storedKernel(fingerprint: string, name: string, sink: EventSink): KernelArtifact | undefined {
  const directory = kernelDirectory(fingerprint);
  const verification = verifyFolder(directory);
  if (verification.state === 'missing') return undefined;
  if (verification.state === 'corrupt') {
    const message = `the stored kernel ${name} is damaged (${verification.problem}): it is made again`;
    sink({ type: 'notice', level: 'warning', message });
    return undefined;
  }
  // When it was last used: what pruning by age goes by.
  utimesSync(directory, new Date(), new Date());
  const at = (name: string): string => path.join(directory, name);
  const { version = 'unknown' } = verification.manifest.facts;
  return { fingerprint, directory, image: at('image'), vmlinux: at('vmlinux'), config: at('config'), version };
}

const stored = (plan: KernelPlan, sink: EventSink): KernelArtifact | undefined =>
  storedKernel(plan.fingerprint, `${plan.request.selector} for ${plan.architecture.name}`, sink);

const subjectOf = (plan: KernelPlan): string => `${plan.architecture.name}/${plan.request.label}`;

function firstError(output: string): string {
  const lines = output.split('\n');
  const found =
    lines.find((line) => /(^|[\s:])(fatal )?error:/i.test(line)) ??
    lines.find((line) => /undefined reference|\*\*\*/.test(line));
  return (found ?? lines.at(-2) ?? 'make gave no reason').trim();
}

async function make(
  plan: BuildPlan,
  place: BuildPlace,
  logFile: string,
  sink: EventSink,
  signal: AbortSignal,
): Promise<void> {
  await step(sink, subjectOf(plan), 'build kernel', async (detail) => {
    let files = 0;
    let told = 0;
    const { architecture } = plan;
    const result = await place.make([architecture.kernel.target], {
      signal,
      logFile,
      keepBytes: 1024 * 1024,
      onLine(line) {
        if (!/^ {2}[A-Z][A-Z_0-9]* +\S/.test(line)) return;
        files++;
        const now = performance.now();
        if (now - told < 1000) return;
        told = now;
        detail(`${files} files, ${line.trim().replace(/\s+/g, ' ')}`);
      },
    });
    detail(`${files} files`);
    if (result.exitCode === 0) return;
    if (saysDiskFull(result.tail)) throw diskFullFailure(place.name);
    if (result.exitCode > 128) {
      throw infrastructureFailure(
        'kernel-build-killed',
        `building ${plan.request.selector} (Linux ${plan.version}) for ${architecture.name} was ended from outside: make got signal ${result.exitCode - 128}`,
        'Run it again: what is built already is kept',
      );
    }
    throw infrastructureFailure(
      'kernel-build-failed',
      `building ${plan.request.selector} (Linux ${plan.version}) for ${architecture.name} failed: ${firstError(result.tail)}`,
      `The whole output is in ${logFile}`,
    );
  });
}

/** Takes what a kernel is made of out of the tree, into the store. */
async function keepArtifact(plan: BuildPlan, place: BuildPlace, logFile: string): Promise<void> {
  await installFolder(plan.directory, async (folder) => {
    await place.take('vmlinux', path.join(folder, 'vmlinux'));
    // One file under two names where the bootable image is vmlinux itself.
    if (plan.architecture.kernel.image === 'vmlinux')
      linkSync(path.join(folder, 'vmlinux'), path.join(folder, 'image'));
    else await place.take(plan.architecture.kernel.image, path.join(folder, 'image'));
    await place.take('.config', path.join(folder, 'config'));
    copyFileSync(logFile, path.join(folder, 'build.log'));
    const facts = {
      version: (await place.read('include/config/kernel.release'))?.text.trim() ?? plan.version,
      architecture: plan.architecture.name,
      selector: plan.request.selector,
      source: plan.source.identity,
      builder: plan.builder.name,
    };
    writeManifest(folder, facts, ['image', 'vmlinux', 'config']);
  });
}

async function build(plan: BuildPlan, sink: EventSink, signal: AbortSignal): Promise<void> {
  const { architecture, builder, source, patches, fragments } = plan;
  const subject = subjectOf(plan);
  await demand(builder.requirements(architecture), `building ${architecture.name} kernels`);
  await sweepTemporary(path.dirname(plan.directory));
  const logFile = inCache('logs', `kernel-${plan.fingerprint.slice(0, 16)}.log`);
  mkdirSync(path.dirname(logFile), { recursive: true });
  rmSync(logFile, { force: true });
  let keepLog = false;
  try {
    const workspace = await step(sink, subject, 'prepare tree', () =>
      prepareWorkspace(source, patches, treeOf(plan), signal),
    );
    await builder.open(workspace, architecture, subject, sink, signal, async (place) => {
      const key = configurationKey(source, patches, fragments, plan.toolchain);
      await step(sink, subject, 'configure', () =>
        configure(workspace, place, plan.version, fragments, key, logFile, signal),
      );
      await make(plan, place, logFile, sink, signal);
      await keepArtifact(plan, place, logFile);
    });
  } catch (error) {
    keepLog = error instanceof Failure && error.kind === 'infrastructure';
    throw error;
  } finally {
    if (!keepLog) rmSync(logFile, { force: true });
  }
}

async function keepImage(file: string, plan: KernelPlan): Promise<void> {
  await installFolder(plan.directory, async (folder) => {
    copyFileSync(file, path.join(folder, 'image'));
    linkSync(path.join(folder, 'image'), path.join(folder, 'vmlinux'));
    writeFileSync(path.join(folder, 'config'), '# a prebuilt image: its configuration is not known\n');
    const facts = { version: plan.version, architecture: plan.architecture.name, selector: plan.request.selector };
    writeManifest(folder, facts, ['image', 'vmlinux', 'config']);
  });
}

/**
 * The plan's kernel: from the store when it is there and whole, else built; one build at a time per cache.
 * @throws Failure `kernel-build-failed`, `configuration-option-missing`, `patch-does-not-apply`, `missing-tool`,
 * `disk-full`, `interrupted`
 */
export async function buildKernel(plan: KernelPlan, sink: EventSink, signal?: AbortSignal): Promise<KernelArtifact> {
  const present = stored(plan, sink);
  if (present) return present;
  await writingTo(plan.directory, () =>
    withLock(plan.kind === 'image' ? IMAGE_LOCK : LOCK, sink, signal, async (held) => {
      // Another trapline may have built it while we waited.
      if (existsSync(plan.directory) && stored(plan, () => {})) return;
      if (plan.kind === 'image') return keepImage(plan.file, plan);
      await endOrphans();
      await build(plan, sink, held);
    }),
  );
  const made = stored(plan, sink);
  if (!made) throw new Error(`${plan.directory} is not whole although it was just made`);
  return made;
}

/**
 * The patched source tree of a plan, for building selftests out of it. It lies in our workspace,
 * never in the user's tree, and stays as it is until another kernel of the same source is built.
 */
export async function sourceTree(plan: KernelPlan, sink: EventSink, signal?: AbortSignal): Promise<string> {
  if (plan.kind === 'image') {
    throw infrastructureFailure(
      'no-source-tree',
      `${plan.request.selector} is a prebuilt image without a source`,
      'Name the source instead, e.g. tree:DIR',
    );
  }
  return withLock(LOCK, sink, signal, async (held) => {
    await endOrphans();
    const workspace = await prepareWorkspace(plan.source, plan.patches, plan.architecture.kernel.fragment, held);
    return workspace.tree;
  });
}
