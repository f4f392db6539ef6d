// SPDX-License-Identifier: MIT
// Tools of interactive guests, built from Debian's sources by the architecture's own compiler: one way for every
// architecture, those among them that Debian has no packages for. Static, so that they need nothing else in the guest.
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { inCache, inProject } from '../config/paths.ts';
import { compilerVersion, guestCompiler, programCompiler } from '../initramfs/guest-programs.ts';
import { downloadTarball } from '../kernel/apt-guest.ts';
import { type Download, demandUnchanged, keptDownload } from '../kernel/downloads.ts';
import { binaryTool } from '../kernel/index.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { rememberedCommand } from '../process/remembered.ts';
import { demand } from '../process/requirements.ts';
import { writingTo } from '../store/disk.ts';
import { sha256File, sha256Json } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { installFolder, removeTree, sweepTemporary } from '../store/temporary.ts';

/** Each has a script of its name in guest/tools/; Debian's source package is called the same. */
export type Tool = 'busybox' | 'strace' | 'dropbear';

/** Debian's suite that its source is of. Later sources of strace come without the kernel's headers of their time. */
const SUITES: Readonly<Record<Tool, string>> = { busybox: 'trixie', strace: 'bookworm', dropbear: 'trixie' };

export interface BuiltTool {
  readonly tool: Tool;
  /** SHA-256 over source, script, compiler and flags. */
  readonly fingerprint: string;
  readonly directory: string;
  /** File names in `directory`. */
  readonly files: readonly string[];
}

/** What the build of a tool is called with; guest/tools/busybox.sh says what each is. */
interface Compiler {
  readonly CC: string;
  readonly AR: string;
  readonly NM: string;
  readonly RANLIB: string;
  readonly STRIP: string;
  readonly HOST: string;
}

interface ToolCompiler {
  readonly compiler: Compiler;
  readonly fingerprint: readonly unknown[];
}

async function compilerOf(architecture: Architecture, sink: EventSink, signal?: AbortSignal): Promise<ToolCompiler> {
  const { command, libraryFlags, libraryVersions } = await programCompiler(architecture, sink, signal);
  // What the probes are told of the kernel is nothing to other programs.
  const own = architecture.toolchain.flags.filter((flag) => !flag.startsWith('-D'));
  const [program = command, ...words] = [...command.split(' '), ...own, ...libraryFlags];
  const prefix = guestCompiler(architecture).replace(/gcc(-\d+)?$/, '');
  const tool = (name: string): string => binaryTool(architecture, prefix, name);
  const { stdout: made } = await rememberedCommand(program, [...words, '-dumpmachine']);
  const machine = architecture.toolchain.machine ?? made;
  const compiler = {
    CC: [program, ...words].join(' '),
    AR: tool('ar'),
    NM: tool('nm'),
    RANLIB: tool('ranlib'),
    STRIP: tool('strip'),
    HOST: machine.trim(),
  };
  // Where compiler and library lie says nothing of what they make.
  const fingerprint = [await compilerVersion(command), own, libraryVersions ?? null, compiler.HOST];
  return { compiler, fingerprint };
}

const scripts = (tool: Tool): string[] =>
  readdirSync(inProject('guest/tools'))
    .filter((name) => name.startsWith(`${tool}.`))
    .sort();

function tarballOf(tool: Tool, sink: EventSink, signal?: AbortSignal): Promise<Download> {
  const shown = { subject: tool, title: 'download source' };
  return keptDownload(
    `source-${tool}`,
    shown,
    (folder, _, held) => downloadTarball(tool, SUITES[tool], folder, held),
    sink,
    signal,
  );
}

async function build(
  tool: Tool,
  tarball: Download,
  compiler: Compiler,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const source = path.join(folder, 'source');
  mkdirSync(source);
  demandUnchanged(tarball);
  const unpack = ['-x', '--no-same-owner', '--strip-components=1', '-C', source, '-f', tarball.file];
  const unpacked = await runCommand('tar', unpack, { signal });
  if (unpacked.exitCode !== 0) {
    throw infrastructureFailure('archive-damaged', `cannot unpack ${tarball.file}`, 'Remove it and run again');
  }
  const { exitCode, tail } = await runCommand('sh', [inProject('guest/tools', `${tool}.sh`)], {
    cwd: source,
    signal,
    keepBytes: 256 * 1024,
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: process.env.HOME ?? '/',
      LC_ALL: 'C',
      // Dates in programs are that of their source.
      SOURCE_DATE_EPOCH: '0',
      HERE: inProject('guest/tools'),
      JOBS: String(availableParallelism()),
      OUT: folder,
      ...compiler,
    },
  });
  if (exitCode !== 0) {
    const lines = tail.trimEnd().split('\n');
    const said = lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1) ?? '';
    throw infrastructureFailure(
      'tool-build-failed',
      `${tool} ${tarball.version} does not build with ${compiler.CC}: ${said.trim().slice(0, 200)}`,
      `guest/tools/${tool}.sh builds it by hand, in its unpacked source`,
    );
  }
  await removeTree(source);
}

/**
 * The tool for guests of an architecture, built now if it is not there.
 * @throws Failure `tool-build-failed`, `missing-tool`, `archive-damaged`, those of the download
 */
async function buildTool(
  tool: Tool,
  architecture: Architecture,
  { compiler, fingerprint: ofCompiler }: ToolCompiler,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<BuiltTool> {
  const tarball = await tarballOf(tool, sink, signal);
  const fingerprint = sha256Json({
    source: tarball.sha256,
    scripts: scripts(tool).map((name) => [name, sha256File(inProject('guest/tools', name))]),
    compiler: ofCompiler,
  });
  const directory = inCache('tools', `${tool}-${fingerprint.slice(0, 32)}`);
  const there = verifyFolder(directory);
  if (there.state === 'whole')
    return { tool, fingerprint, directory, files: there.manifest.files.map(({ name }) => name) };
  const needed = (tool: string, deb: string) =>
    ({ kind: 'command', tool, package: deb, purpose: 'tools of interactive guests' }) as const;
  await demand(
    [
      needed('make', 'make'),
      needed('gcc', 'gcc'),
      needed('tar', 'tar'),
      needed('bzip2', 'bzip2'),
      needed('xz', 'xz-utils'),
    ],
    `building ${tool}`,
  );
  return withLock('tools', sink, signal, async (held) => {
    await sweepTemporary(inCache('tools'));
    if (verifyFolder(directory).state !== 'whole') {
      await step(sink, architecture.name, `build ${tool} ${tarball.version} for guests (once)`, () =>
        writingTo(inCache('tools'), () =>
          installFolder(directory, async (folder) => {
            await build(tool, tarball, compiler, folder, held);
            writeManifest(
              folder,
              { tool, version: tarball.version, compiler: compiler.CC },
              readdirSync(folder).sort(),
            );
          }),
        ),
      );
    }
    const files = readdirSync(directory).filter((name) => name !== 'manifest.json');
    return { tool, fingerprint, directory, files };
  });
}

/** What every interactive guest has; one with a network card has its server beside that. One build at a time. */
export async function buildTools(
  architecture: Architecture,
  ssh: boolean,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<BuiltTool[]> {
  const compiler = await compilerOf(architecture, sink, signal);
  const tools: BuiltTool[] = [];
  for (const tool of ['busybox', 'strace', ...(ssh ? (['dropbear'] as const) : [])] as const) {
    tools.push(await buildTool(tool, architecture, compiler, sink, signal));
  }
  return tools;
}
