// SPDX-License-Identifier: MIT
// kernel build, list, prune: the store of kernels.
import { findArchitecture } from '../arch/index.ts';
import { connect } from '../docker/engine.ts';
import { parseRepository } from '../docker/registry.ts';
import {
  type BuilderChoice,
  buildKernel,
  chooseStored,
  demandFingerprint,
  exportKernels,
  importKernels,
  listKernels,
  notInRepository,
  parseKernelRequest,
  pruneKernels,
  pullKernel,
  pushKernels,
  resolveKernel,
  sourceTree,
  withConfigs,
} from '../kernel/index.ts';
import { demandCache } from '../store/cache.ts';
import { demandNamedFile } from '../store/named-file.ts';
import { demandBuilders } from './builders.ts';
import { chooseArchitectures, mainArchitecture, print, withSession } from './session.ts';

export async function kernelBuild(options: {
  arch?: string[];
  kernel?: string[];
  config?: string[];
  builder?: BuilderChoice;
  install?: boolean;
}): Promise<void> {
  const architectures = chooseArchitectures(options.arch, mainArchitecture());
  const kernels = (options.kernel ?? ['with', 'without'])
    .map(parseKernelRequest)
    .map((kernel) => withConfigs(kernel, options.config ?? []));
  const lines = await withSession(async ({ signal, sink }) => {
    const builderOf = await demandBuilders(architectures, options, sink);
    const built: string[] = [];
    for (const architecture of architectures) {
      for (const kernel of kernels) {
        const plan = await resolveKernel(kernel, architecture, sink, signal, builderOf(architecture));
        const artifact = await buildKernel(plan, sink, signal);
        built.push(
          `${architecture.name} ${kernel.label} ${artifact.version} ${artifact.fingerprint} ${artifact.image}`,
        );
      }
    }
    return built;
  });
  print(lines.join('\n'));
}

export async function kernelSource(options: { arch?: string; kernel: string }): Promise<void> {
  const architecture = findArchitecture(options.arch ?? mainArchitecture());
  const folder = await withSession(async ({ signal, sink }) =>
    sourceTree(await resolveKernel(parseKernelRequest(options.kernel), architecture, sink, signal), sink, signal),
  );
  print(folder);
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

export function kernelList(): void {
  const kernels = listKernels();
  if (kernels.length === 0) {
    // A cache that cannot be used has none either, and building would not help.
    demandCache();
    print('No kernel is built yet: ./trapline kernel build');
    return;
  }
  const architectureWidth = Math.max(...kernels.map(({ architecture }) => architecture.length));
  for (const { architecture, version, selector, bytes, lastUsed, fingerprint } of kernels) {
    const used = lastUsed.toISOString().slice(0, 16).replace('T', ' ');
    const columns = [
      architecture.padEnd(architectureWidth),
      version.padEnd(10),
      megabytes(bytes).padStart(8),
      used,
      fingerprint.slice(0, 16),
      selector,
    ];
    print(columns.join('  '));
  }
}

export async function kernelExport(fingerprints: string[], options: { output: string }): Promise<void> {
  demandNamedFile(options.output);
  const chosen = chooseStored(fingerprints);
  await withSession(({ sink, signal }) => exportKernels(chosen, options.output, sink, signal));
  print(`${chosen.length} kernel${chosen.length === 1 ? '' : 's'} written to ${options.output}`);
}

export async function kernelImport(file: string): Promise<void> {
  const fingerprints = await withSession(({ sink }) => importKernels(file, sink));
  print(fingerprints.join('\n'));
}

export async function kernelPush(repositoryName: string, fingerprints: string[]): Promise<void> {
  const repository = parseRepository(repositoryName);
  const chosen = chooseStored(fingerprints);
  await withSession(async ({ signal, sink }) => pushKernels(await connect(), chosen, repository, sink, signal));
  print(chosen.map(({ fingerprint }) => `${repository.name}:${fingerprint}`).join('\n'));
}

export async function kernelPull(
  repositoryName: string,
  fingerprints: string[],
  options: { arch?: string[]; kernel?: string[]; builder?: BuilderChoice },
): Promise<void> {
  const repository = parseRepository(repositoryName);
  for (const one of fingerprints) demandFingerprint(one);
  const missing = await withSession(async ({ signal, sink }) => {
    const engine = await connect();
    const wanted = [...fingerprints];
    if (wanted.length === 0) {
      const architectures = chooseArchitectures(options.arch, mainArchitecture());
      const builderOf = await demandBuilders(architectures, options, sink);
      for (const architecture of architectures) {
        for (const kernel of (options.kernel ?? ['with', 'without']).map(parseKernelRequest)) {
          const plan = await resolveKernel(kernel, architecture, sink, signal, builderOf(architecture));
          wanted.push(plan.fingerprint);
        }
      }
    }
    const absent: string[] = [];
    for (const one of wanted) {
      if (await pullKernel(engine, one, repository, sink, signal)) print(one);
      else absent.push(one);
    }
    return absent;
  });
  if (missing.length > 0) throw notInRepository(repository, missing);
}

export async function kernelPrune(options: { all?: boolean; olderThan?: number; maxSize?: number }): Promise<void> {
  const limits = {
    ...(options.all ? { all: true } : {}),
    ...(options.olderThan === undefined ? {} : { olderThanDays: options.olderThan }),
    ...(options.maxSize === undefined ? {} : { maxBytes: options.maxSize * 2 ** 20 }),
  };
  const removed = await withSession(({ signal, sink }) => pruneKernels(limits, sink, signal));
  const bytes = removed.reduce((sum, kernel) => sum + kernel.bytes, 0);
  print(
    `${removed.length} kernel${removed.length === 1 ? '' : 's'} removed (${megabytes(bytes)}); ${listKernels().length} kept`,
  );
}
