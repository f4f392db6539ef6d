// SPDX-License-Identifier: MIT
// How the kernel's make is called: compiler, the fixed environment, and what the machine must have for it.
import { availableParallelism } from 'node:os';
import type { Architecture } from '../arch/index.ts';
import { cacheRoot } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { rememberedCommand } from '../process/remembered.ts';
import type { Requirement } from '../process/requirements.ts';
import { unpackedCompiler } from './unpacked-compiler.ts';

/** `CROSS_COMPILE=` on a processor (as Node names it): empty where the plain gcc is the architecture's own, and for LLVM. */
export function crossPrefix(architecture: Architecture, processor: string = process.arch): string {
  const { llvm, nativeOn, prefix } = architecture.toolchain;
  return llvm !== undefined || nativeOn.includes(processor) ? '' : prefix;
}

/** The programs that compile and link an architecture's kernels on a processor. */
export function kernelTools(architecture: Architecture, processor?: string): { compiler: string; linker: string } {
  const { llvm } = architecture.toolchain;
  if (llvm !== undefined) return { compiler: `clang${llvm}`, linker: `ld.lld${llvm}` };
  const prefix = crossPrefix(architecture, processor);
  return { compiler: `${prefix}gcc`, linker: `${prefix}ld` };
}

/** A program of binutils by its plain name, or LLVM's in its place. */
export function binaryTool({ toolchain }: Architecture, prefix: string, name: string): string {
  return toolchain.llvm === undefined ? `${prefix}${name}` : `llvm-${name}${toolchain.llvm}`;
}

/** The programs that say what lies where in an architecture's vmlinux. */
export function symbolTools(architecture: Architecture): { nm: string; addr2line: string } {
  const tool = (name: string): string => binaryTool(architecture, crossPrefix(architecture), name);
  return { nm: tool('nm'), addr2line: tool('addr2line') };
}

/** Debian's packages of kernelTools(), and of what else a build by LLVM calls. */
function toolRequirements(architecture: Architecture): Requirement[] {
  const { llvm, packages } = architecture.toolchain;
  const { compiler, linker } = kernelTools(architecture);
  const purpose = `building ${architecture.name} kernels`;
  const of = (tool: string, deb: string): Requirement => ({ kind: 'command', tool, package: deb, purpose });
  if (llvm !== undefined) {
    return [of(compiler, `clang${llvm}`), of(linker, `lld${llvm}`), of(`llvm-nm${llvm}`, `llvm${llvm}`)];
  }
  const cross = compiler === 'gcc' ? undefined : (packages[0] ?? 'gcc');
  return [of(compiler, cross ?? 'gcc'), of(linker, cross ?? 'binutils')];
}

/** What a kernel build of this architecture needs of the machine; doctor lists and installs it. */
export function kernelBuildRequirements(architecture: Architecture): Requirement[] {
  const command = (tool: string, deb: string, purpose: string): Requirement => ({
    kind: 'command',
    tool,
    package: deb,
    purpose,
  });
  return [
    command('make', 'make', 'building kernels'),
    command('gcc', 'gcc', 'building kernels: programs that run during the build'),
    ...toolRequirements(architecture),
    command('flex', 'flex', 'building kernels: Kconfig'),
    command('bison', 'bison', 'building kernels: Kconfig'),
    command('bc', 'bc', 'building kernels: timeconst.h'),
    command('perl', 'perl', 'building kernels: generated headers'),
    command('patch', 'patch', 'kernel patches'),
    command('rsync', 'rsync', 'kernel headers for selftests'),
    command('tar', 'tar', 'unpacking kernel sources'),
    command('xz', 'xz-utils', 'unpacking kernel sources'),
    { kind: 'header', tool: 'gelf.h', package: 'libelf-dev', purpose: 'building kernels: objtool' },
    { kind: 'header', tool: 'openssl/opensslv.h', package: 'libssl-dev', purpose: 'building kernels: certificates' },
  ].filter((one, index, all) => all.findIndex(({ tool }) => tool === one.tool) === index) as Requirement[];
}

const versions = new Map<string, Promise<string>>();

/** First lines of what compiler and linker say of their version: part of a kernel's fingerprint. */
export async function toolchainVersion(
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<string> {
  const { compiler: usual, linker } = kernelTools(architecture);
  const compiler = (await unpackedCompiler(architecture, sink, signal))?.split(' ')[0] ?? usual;
  const known = versions.get(compiler);
  if (known) return known;
  const asked = Promise.all(
    [compiler, linker].map(async (tool) => {
      const { stdout } = await rememberedCommand(tool, ['--version']);
      return stdout.split('\n')[0] ?? '';
    }),
  ).then((lines) => lines.join('; '));
  versions.set(compiler, asked);
  asked.catch(() => versions.delete(compiler));
  return asked;
}

/** What of the environment ends up in a kernel's bytes: fixed, so that the same inputs give the same kernel. */
export const FIXED_ENVIRONMENT: Readonly<Record<string, string>> = {
  KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
  KBUILD_BUILD_USER: 'trapline',
  KBUILD_BUILD_HOST: 'trapline',
  KBUILD_BUILD_VERSION: '1',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Marks every process of a build, so that those of a killed harness can be found and ended. */
export const BUILD_MARK = 'TRAPLINE_BUILD';

export function buildEnvironment(): Record<string, string> {
  return {
    ...FIXED_ENVIRONMENT,
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: process.env.HOME ?? '/',
    [BUILD_MARK]: cacheRoot(),
    ...(process.env.TMPDIR ? { TMPDIR: process.env.TMPDIR } : {}),
  };
}

/** Arguments of make for an architecture; the target is added by the caller. `jobs`: compilers side by side. */
export function makeArguments(
  architecture: Architecture,
  prefix: string,
  jobs: number = availableParallelism(),
): string[] {
  const { llvm } = architecture.toolchain;
  return [
    `-j${jobs}`,
    `ARCH=${architecture.kernel.arch}`,
    llvm === undefined ? `CROSS_COMPILE=${prefix}` : `LLVM=${llvm}`,
    // Set but empty: no "+" is appended to the version.
    'LOCALVERSION=',
  ];
}

/** What a build left under an artifact's name is not taken. */
export function artifactRefused(name: string, why: string): Failure {
  return infrastructureFailure(
    'artifact-refused',
    `the build left ${why} where ${name} should be`,
    'Look at what the branch changes in its Makefiles',
  );
}
