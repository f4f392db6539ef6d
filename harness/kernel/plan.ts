// SPDX-License-Identifier: MIT
// From a request to everything that decides a kernel's bytes, known before anything is built.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Architecture, withStockMachine } from '../arch/index.ts';
import { cacheRoot, inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { requestFailure } from '../outcome/failure.ts';
import { demand } from '../process/requirements.ts';
import { writingTo } from '../store/disk.ts';
import { sha256, sha256Json } from '../store/hash.ts';
import { readManifest } from '../store/manifest.ts';
import type { Builder } from './builder.ts';
import { hostBuilder } from './builder-host.ts';
import { addedFragments, type Fragment, readFragments } from './fragments.ts';
import { imageFormat } from './image.ts';
import { imageInPackage, isPackage, stockImage } from './image-package.ts';
import { loadPatches, type Patch } from './patches.ts';
import { DEFAULT_TREE, type KernelRequest } from './request.ts';
import type { KernelSource } from './source.ts';
import { debianSource, releaseSource, tarSource } from './source-archive.ts';
import { gitSource } from './source-git.ts';
import { treeSource } from './source-tree.ts';
import { FIXED_ENVIRONMENT, kernelTools } from './toolchain.ts';

interface CommonPlan {
  readonly request: KernelRequest;
  /** With the machine that this kernel boots on: a stock kernel's is another one. */
  readonly architecture: Architecture;
  /** e.g. "6.1.192"; "unknown" for a prebuilt image, until it has booted. */
  readonly version: string;
  /** SHA-256 over all that decides the kernel, or of the prebuilt image. */
  readonly fingerprint: string;
  /** Where the artifact lies, or will. */
  readonly directory: string;
  /** Is there an artifact? Its content is verified by `buildKernel`. */
  readonly cached: boolean;
}

export interface BuildPlan extends CommonPlan {
  readonly kind: 'build';
  readonly source: KernelSource;
  readonly patches: readonly Patch[];
  readonly fragments: readonly Fragment[];
  readonly toolchain: string;
  readonly builder: Builder;
}

export interface ImagePlan extends CommonPlan {
  readonly kind: 'image';
  /** Absolute path of the prebuilt image. */
  readonly file: string;
}

/**
 * Which build tree a plan is built in: one for each source, architecture's fragment, and fragments that were added, so
 * that a kernel for debugging does not undo what is built for the others.
 */
export const treeOf = ({ architecture, request, builder }: BuildPlan): string =>
  architecture.kernel.fragment +
  (request.configs.length === 0 ? '' : `-${sha256Json(request.configs).slice(0, 8)}`) +
  builder.workspaceSuffix;

export type KernelPlan = BuildPlan | ImagePlan;

/** Raise it when the way of building changes so that older artifacts must not be used. */
const FORMAT = 1;

export const kernelDirectory = (fingerprint: string): string => inCache('kernels', fingerprint);

/**
 * Names of the patches that a kernel is made with: first those without which the architecture's own tree cannot be
 * built. A tree that somebody names is taken as it is.
 */
export const patchesOf = ({ source, patches }: KernelRequest, { kernel }: Architecture): readonly string[] =>
  source.kind === 'default' ? [...(kernel.patches ?? []), ...patches] : patches;

const isCached = (directory: string): boolean => readManifest(directory) !== undefined;

/** Version of an image that does not say it, until it has booted. */
const UNKNOWN = 'unknown';

function resolveImage(request: KernelRequest, architecture: Architecture, named: string, version: string): ImagePlan {
  const file = path.resolve(named);
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw requestFailure('no-such-file', `there is no kernel image ${file}`, 'Name a vmlinux, bzImage or Image');
  }
  const content = readFileSync(file);
  imageFormat(content, file);
  const fingerprint = sha256(content);
  const directory = kernelDirectory(fingerprint);
  return {
    kind: 'image',
    request,
    architecture,
    version,
    fingerprint,
    directory,
    cached: isCached(directory),
    file,
  };
}

/** An image from a file, from a package that was named, or from Debian's newest of a series. */
async function prebuilt(
  request: KernelRequest,
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<ImagePlan | undefined> {
  const { source } = request;
  if (source.kind === 'stock') {
    const own = architecture.stock?.debianArchitecture;
    if (source.architecture !== undefined && own !== undefined && source.architecture !== own) {
      throw requestFailure(
        'kernel-of-another-architecture',
        `${request.selector} is a kernel for ${source.architecture}, and ${architecture.name} is ${own} in Debian`,
        `Name image:debian:${source.series} without an architecture, or another --arch`,
      );
    }
    const { file, version } = await stockImage(source.series, architecture, sink, signal);
    return resolveImage(request, withStockMachine(architecture), file, version);
  }
  if (source.kind !== 'image') return undefined;
  const file = path.resolve(source.file);
  if (!existsSync(file) || !statSync(file).isFile() || !isPackage(file)) {
    return resolveImage(request, architecture, source.file, UNKNOWN);
  }
  return resolveImage(request, withStockMachine(architecture), await imageInPackage(file, signal), UNKNOWN);
}

function sourceOf(
  request: KernelRequest,
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<KernelSource> {
  const { source } = request;
  switch (source.kind) {
    case 'default':
      return debianSource(architecture.kernel.tree ?? DEFAULT_TREE, sink, signal);
    case 'debian':
      return debianSource(source.version, sink, signal);
    case 'tar':
      return tarSource(source.file, sink, signal);
    case 'release':
      return releaseSource(source.version, sink, signal);
    case 'git':
      return gitSource(source.directory, source.ref, signal);
    case 'tree':
      return treeSource(source.directory, signal);
    default:
      throw new Error(`no source behind ${request.selector}`);
  }
}

/**
 * Finds the source (downloading what is missing) and says what the kernel will be. Nothing is built.
 * @param find how the source is found, for who knows more of it than the request says
 * @throws Failure of the source, the patches, the fragments or the toolchain
 */
export async function resolveKernel(
  request: KernelRequest,
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
  builder: Builder = hostBuilder,
  find = (): Promise<KernelSource> => sourceOf(request, architecture, sink, signal),
): Promise<KernelPlan> {
  const image = await prebuilt(request, architecture, sink, signal);
  if (image) return image;
  // Before a long download: without a compiler it would be for nothing.
  const cross = builder.crossPrefix(architecture);
  const { compiler, linker } = kernelTools(architecture);
  const tools = builder.requirements(architecture).filter(({ tool }) => tool === compiler || tool === linker);
  await demand(tools, `building ${architecture.name} kernels`);
  const [source, toolchain] = await Promise.all([
    writingTo(cacheRoot(), find),
    builder.toolchainVersion(architecture, sink, signal),
  ]);
  const fragments = [
    ...readFragments(architecture.kernel.fragment, source.version),
    ...addedFragments(request.configs, source.version),
  ];
  const wanted = [...patchesOf(request, architecture), ...fragments.flatMap((fragment) => fragment.patches ?? [])];
  const patches = loadPatches([...new Set(wanted)], source.version);
  const fingerprint = sha256Json({
    format: FORMAT,
    source: source.identity,
    patches: patches.map((patch) => patch.sha256),
    fragments,
    toolchain,
    cross,
    kernel: architecture.kernel,
    environment: FIXED_ENVIRONMENT,
  });
  const directory = kernelDirectory(fingerprint);
  const cached = isCached(directory);
  return {
    kind: 'build',
    request,
    architecture,
    version: source.version,
    fingerprint,
    directory,
    cached,
    source,
    patches,
    fragments,
    toolchain,
    builder,
  };
}
