// SPDX-License-Identifier: MIT
// From a plan to an artifact in the store: verified when it is there, built when it is not.
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot, inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { diskFullFailure, saysDiskFull, writingTo } from '../store/disk.ts';
import { withLock } from '../store/lock.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { installFolder, sweepTemporary } from '../store/temporary.ts';
import { configurationKey, configure } from './configure.ts';
import type { BuildPlan, KernelPlan } from './plan.ts';
import { BUILD_MARK, buildEnvironment, kernelBuildRequirements, makeArguments } from './toolchain.ts';
import { prepareWorkspace, type Workspace } from './workspace.ts';

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

/** The artifact of a plan if it is in the store and whole; a damaged one is told and counts as missing. */
function stored(plan: KernelPlan, sink: EventSink): KernelArtifact | undefined {
  const { directory, fingerprint } = plan;
  const verification = verifyFolder(directory);
  if (verification.state === 'missing') return undefined;
  if (verification.state === 'corrupt') {
    const message = `the stored kernel ${plan.request.selector} for ${plan.architecture.name} is damaged (${verification.problem}): it is made again`;
    sink({ type: 'notice', level: 'warning', message });
    return undefined;
  }
  // When it was last used: what pruning by age goes by.
  utimesSync(directory, new Date(), new Date());
  const at = (name: string): string => path.join(directory, name);
  const { version = 'unknown' } = verification.manifest.facts;
  return { fingerprint, directory, image: at('image'), vmlinux: at('vmlinux'), config: at('config'), version };
}

/** Ends processes that a killed harness left building in this cache. Only the holder of the lock may call it. */
async function endOrphans(): Promise<void> {
  const mark = Buffer.from(`${BUILD_MARK}=${cacheRoot()}\0`);
  const orphans = (): number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`).includes(mark);
        } catch {
          return false;
        }
      })
      .map(Number)
      .filter((pid) => pid !== process.pid);
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = orphans();
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await sleep(100);
  }
}

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
  workspace: Workspace,
  logFile: string,
  sink: EventSink,
  signal: AbortSignal,
): Promise<void> {
  await step(sink, subjectOf(plan), 'build kernel', async (detail) => {
    let files = 0;
    let told = 0;
    const { architecture } = plan;
    const result = await runCommand('make', [...makeArguments(architecture), architecture.kernel.target], {
      cwd: workspace.tree,
      env: buildEnvironment(),
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
    if (saysDiskFull(result.tail)) throw diskFullFailure(workspace.tree);
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

async function configuredWorkspace(
  plan: BuildPlan,
  logFile: string,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Workspace> {
  const { source, patches, architecture, fragments } = plan;
  const workspace = await step(sink, subjectOf(plan), 'prepare tree', () =>
    prepareWorkspace(source, patches, architecture.kernel.fragment, signal),
  );
  const key = configurationKey(source, patches, fragments, plan.toolchain);
  await step(sink, subjectOf(plan), 'configure', () =>
    configure(workspace, architecture, plan.version, fragments, key, logFile, signal),
  );
  return workspace;
}

async function build(plan: BuildPlan, sink: EventSink, signal: AbortSignal): Promise<void> {
  await demand(kernelBuildRequirements(plan.architecture), `building ${plan.architecture.name} kernels`);
  await sweepTemporary(path.dirname(plan.directory));
  const logFile = inCache('logs', `kernel-${plan.fingerprint.slice(0, 16)}.log`);
  mkdirSync(path.dirname(logFile), { recursive: true });
  rmSync(logFile, { force: true });
  let keepLog = false;
  try {
    const workspace = await configuredWorkspace(plan, logFile, sink, signal);
    await make(plan, workspace, logFile, sink, signal);
    await installFolder(plan.directory, async (folder) => {
      const take = (from: string, name: string): void =>
        copyFileSync(path.join(workspace.tree, from), path.join(folder, name));
      take('vmlinux', 'vmlinux');
      // One file under two names where the bootable image is vmlinux itself.
      if (plan.architecture.kernel.image === 'vmlinux')
        linkSync(path.join(folder, 'vmlinux'), path.join(folder, 'image'));
      else take(plan.architecture.kernel.image, 'image');
      take('.config', 'config');
      copyFileSync(logFile, path.join(folder, 'build.log'));
      const version = readFileSync(path.join(workspace.tree, 'include/config/kernel.release'), 'utf8').trim();
      const facts = {
        version,
        architecture: plan.architecture.name,
        selector: plan.request.selector,
        source: plan.source.identity,
      };
      writeManifest(folder, facts, ['image', 'vmlinux', 'config']);
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
    withLock(LOCK, sink, signal, async (held) => {
      await endOrphans();
      // Another trapline may have built it while we waited.
      if (existsSync(plan.directory) && stored(plan, () => {})) return;
      if (plan.kind === 'image') await keepImage(plan.file, plan);
      else await build(plan, sink, held);
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
