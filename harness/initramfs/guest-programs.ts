// SPDX-License-Identifier: MIT
// The guest's programs: compiled once per state of guest/ and compiler, then taken from the cache.
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { inCache, inProject } from '../config/paths.ts';
import { kernelTools, unpackedCompiler, unpackedPackages } from '../kernel/index.ts';
import type { EventSink } from '../outcome/events.ts';
import { step } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { rememberedCommand } from '../process/remembered.ts';
import { sha256File, sha256Json } from '../store/hash.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { installFolder, removeTree } from '../store/temporary.ts';
import { voidRelocations } from './void-relocations.ts';

export interface GuestPrograms {
  /** SHA-256 over sources, compiler and flags. */
  readonly fingerprint: string;
  readonly directory: string;
  /** File names in `directory`, which are also their names at the guest's root. */
  readonly files: readonly string[];
}

/** The compiler command for an architecture's guest programs on this host. */
export function guestCompiler(architecture: Architecture): string {
  return architecture.toolchain.programs?.compiler ?? kernelCompiler(architecture);
}

/** The compiler command for an architecture's kernels, and for programs that run without one. */
export function kernelCompiler(architecture: Architecture): string {
  return kernelTools(architecture).compiler;
}

/** Folder in guest/arch/ that the programs are made from. */
export const guestFolder = (architecture: Architecture): string =>
  architecture.toolchain.programs?.folder ?? architecture.name;

/** Where the programs of a fingerprint lie, if they were compiled here. */
export const guestDirectory = (architecture: string, fingerprint: string): string =>
  inCache('guest', `${architecture}-${fingerprint.slice(0, 32)}`);

/** Files that the programs of one architecture are made from: everything but the other architectures' folders. */
export function guestSources(architecture: Architecture): string[] {
  const top = inProject('guest');
  const own = path.join('arch', guestFolder(architecture));
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(top, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/^(selftest|shell|tools)\//.test(file))
    .filter((file) => !file.startsWith('arch/') || file.startsWith(own + path.sep))
    .sort();
}

const programFiles = ({ toolchain }: Architecture): string[] => [
  'init',
  'probe',
  ...(toolchain.compat32 ? ['compat32'] : []),
];

/** The programs of a fingerprint, if they were compiled here and are whole. */
export function storedGuestPrograms(architecture: Architecture, fingerprint: string): GuestPrograms | undefined {
  const directory = guestDirectory(architecture.name, fingerprint);
  if (verifyFolder(directory).state !== 'whole') return undefined;
  return { fingerprint, directory, files: programFiles(architecture) };
}

/** Of a command, whose first word is the program. */
export async function compilerVersion(compiler: string): Promise<string> {
  const [program = compiler] = compiler.split(' ');
  const { stdout } = await rememberedCommand(program, ['--version']);
  return stdout.split('\n')[0] ?? '';
}

/** Flags of the C library that is unpacked rather than installed, fetched now if it is not there; and its versions. */
async function libraryOf(
  { name, toolchain }: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<{ flags: string[]; versions: string } | undefined> {
  const { library } = toolchain;
  if (!library) return undefined;
  const { voided } = library;
  const { folder, versions } = await unpackedPackages(library, name, sink, signal, (unpacked) => {
    if (voided) voidRelocations(path.join(unpacked, voided.archive), voided.relocation);
  });
  return { flags: library.flags.map((flag) => flag.replace('@', folder)), versions };
}

export interface ProgramCompiler {
  /** A command whose first word is the program. */
  readonly command: string;
  /** The record's flags, which are part of what is built; and those that say where an unpacked C library lies. */
  readonly flags: string;
  readonly libraryFlags: readonly string[];
  /** Versions of the unpacked C library; undefined where the machine's own is used. */
  readonly libraryVersions: string | undefined;
}

/** What compiles an architecture's programs, fetched now where it is unpacked. @throws Failure `missing-tool`, `download-failed` */
export async function programCompiler(
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<ProgramCompiler> {
  const command = (await unpackedCompiler(architecture, sink, signal)) ?? guestCompiler(architecture);
  const library = await libraryOf(architecture, sink, signal);
  return {
    command,
    flags: architecture.toolchain.flags.join(' '),
    libraryFlags: library?.flags ?? [],
    libraryVersions: library?.versions,
  };
}

/** @throws Failure `guest-build-failed`, `missing-tool`, `download-failed` */
export async function buildGuestPrograms(
  architecture: Architecture,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<GuestPrograms> {
  const made = await programCompiler(architecture, sink, signal);
  const { command: compiler, flags: own, libraryVersions } = made;
  const compat = architecture.toolchain.compat32;
  const compatCommand = compat && [compat.compiler, ...compat.flags].join(' ');
  const flags = [own, ...made.libraryFlags].join(' ');
  const top = inProject('guest');
  const fingerprint = sha256Json({
    sources: guestSources(architecture).map((file) => [file, sha256File(path.join(top, file))]),
    compiler: await compilerVersion(compiler),
    compat: compat ? [compatCommand, await compilerVersion(compat.compiler)] : null,
    flags: own,
    // Where it lies says nothing of the programs.
    ...(libraryVersions !== undefined && { library: [architecture.toolchain.library, libraryVersions] }),
  });
  const directory = guestDirectory(architecture.name, fingerprint);
  const files = programFiles(architecture);
  if (verifyFolder(directory).state !== 'whole') {
    await step(sink, architecture.name, 'compile the guest programs', () =>
      installFolder(directory, async (folder) => {
        const args = [
          '-s',
          '-j2',
          '-C',
          top,
          `ARCH=${guestFolder(architecture)}`,
          `CC=${compiler}`,
          `FLAGS=${flags}`,
          `OUT=${folder}/build`,
          ...(compatCommand ? [`COMPAT_CC=${compatCommand}`] : []),
        ];
        const result = await runCommand('make', args, { signal });
        if (result.exitCode !== 0) {
          const first = result.tail.split('\n').find((line) => /error:|Error/.test(line)) ?? result.tail.slice(-300);
          throw infrastructureFailure(
            'guest-build-failed',
            `the guest programs for ${architecture.name} do not compile: ${first.trim()}`,
            `See it all with: make -C guest ARCH=${guestFolder(architecture)} FLAGS='${flags}' CC='${compiler}'`,
          );
        }
        for (const file of files) renameSync(path.join(folder, 'build', file), path.join(folder, file));
        await removeTree(path.join(folder, 'build'));
        writeManifest(folder, { architecture: architecture.name, fingerprint }, files);
      }),
    );
  }
  return { fingerprint, directory, files };
}

/** Contents of the programs, for the archive. */
export function readPrograms(programs: GuestPrograms): { name: string; content: Buffer }[] {
  return programs.files
    .filter((name) => existsSync(path.join(programs.directory, name)))
    .map((name) => ({ name, content: readFileSync(path.join(programs.directory, name)) }));
}
