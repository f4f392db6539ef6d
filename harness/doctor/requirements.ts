// SPDX-License-Identifier: MIT
// What trapline needs of a machine, for which architecture: the one list that is checked, shown and installed.
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { kernelBuildRequirements } from '../kernel/toolchain.ts';
import { rememberedCommand } from '../process/remembered.ts';
import { missingRequirements, onPath, type Requirement } from '../process/requirements.ts';

/** A static C library that `compiler` links against. */
export interface StaticLibrary {
  readonly kind: 'static-library';
  /** e.g. `libc.a of gcc` */
  readonly tool: string;
  readonly compiler: string;
  /** Flags by which the compiler takes another library than its usual one, e.g. `-m32`. */
  readonly flags: readonly string[];
  readonly package: string;
  readonly purpose: string;
}

export type Need = Requirement | StaticLibrary;

/** The Debian package of a compiler command: `gcc`, or a cross compiler's, which carries its prefix. */
export function compilerPackage(compiler: string): string {
  const prefix = /^(.+)-gcc$/.exec(compiler)?.[1];
  return prefix === undefined ? compiler : `gcc-${prefix.replaceAll('_', '-')}`;
}

const command = (tool: string, deb: string, purpose: string): Requirement => ({
  kind: 'command',
  tool,
  package: deb,
  purpose,
});

/** Needed whatever the architecture is. `build`: kernels are built too, from whatever source. */
function commonNeeds(build: boolean): Need[] {
  const always = [command('make', 'make', 'guest programs')];
  if (!build) return always;
  return [
    ...always,
    command('git', 'git', 'kernel sources from git and from trees'),
    command('dpkg-deb', 'dpkg', 'kernel sources from Debian packages'),
    command('bash', 'bash', 'unpacking kernel sources'),
    command('bzip2', 'bzip2', 'tools of interactive guests'),
    command('cpio', 'cpio', 'the project’s own tests: is an initramfs what others read?'),
    // gcc only recommends the headers of the C library, and programs for the build are for this host.
    {
      kind: 'header',
      tool: 'stdlib.h',
      package: 'libc6-dev',
      purpose: 'building kernels: programs that run during it',
    },
  ];
}

/** What one architecture needs beside that; tools that several share come with each of them. */
export function architectureNeeds(architecture: Architecture, build: boolean): Need[] {
  const { name, qemu, toolchain } = architecture;
  const compiler = guestCompiler(architecture);
  const packages = toolchain.programs?.packages ?? toolchain.packages;
  // A compiler of several word lengths brings the libraries of the other one with it.
  const library = packages.find((one) => /^libc[\d.]*-dev|^gcc-multilib-/.test(one)) ?? 'libc6-dev';
  const needs: Need[] = [
    command(qemu.binary, qemu.package, `${name} guests`),
    command(compiler, compilerPackage(compiler), `${name} guest programs`),
  ];
  // Where it is unpacked rather than installed, it is fetched when it is first needed.
  if (!toolchain.library) {
    const flags = toolchain.flags.filter((flag) => /^-m\d\d$/.test(flag));
    const tool = `libc.a of ${[compiler, ...flags].join(' ')}`;
    needs.push({ kind: 'static-library', tool, compiler, flags, package: library, purpose: `${name} guest programs` });
  }
  const compat = toolchain.compat32?.compiler;
  if (compat) needs.push(command(compat, compilerPackage(compat), `32-bit ${name} guest programs`));
  return build ? [...needs, ...kernelBuildRequirements(architecture)] : needs;
}

/** Each tool once, with the first purpose named. */
export function requirementsOf(architectures: readonly Architecture[], build: boolean): Need[] {
  const all = [...commonNeeds(build), ...architectures.flatMap((one) => architectureNeeds(one, build))];
  return all.filter((need, index) => all.findIndex(({ tool }) => tool === need.tool) === index);
}

async function hasStaticLibrary({ compiler, flags }: StaticLibrary): Promise<boolean> {
  if (!onPath(compiler)) return false;
  // A compiler that finds no such file says the bare name again.
  const { exitCode, stdout } = await rememberedCommand(compiler, ['-print-file-name=libc.a', ...flags]);
  return exitCode === 0 && path.isAbsolute(stdout.trim());
}

/** Those that this machine lacks, in the order given. Quick: no version is asked for, no VM started. */
export async function missingNeeds(needs: readonly Need[]): Promise<Need[]> {
  const lacks = await Promise.all(
    needs.map(async (need) =>
      need.kind === 'static-library' ? !(await hasStaticLibrary(need)) : (await missingRequirements([need])).length > 0,
    ),
  );
  return needs.filter((_, index) => lacks[index]);
}
