// SPDX-License-Identifier: MIT
// What this machine can do: every requirement with its version, every emulator with its machine and accelerator.
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { knownPackages } from '../kernel/index.ts';
import { type AcceleratorChoice, chooseAccelerator } from '../machine/accelerator.ts';
import { OLDEST_QEMU, parseQemuVersion, withKnownEmulator } from '../machine/emulator.ts';
import type { EventSink } from '../outcome/events.ts';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import { isOlder } from '../outcome/version.ts';
import { runCommand } from '../process/command.ts';
import { onPath } from '../process/requirements.ts';
import { missingPackagesFailure, type OfferOptions, offerInstall } from './install.ts';
import { examineOptional, type OptionalFinding } from './optional.ts';
import { missingNeeds, type Need, requirementsOf } from './requirements.ts';

/** One requirement as it was found. */
export interface Finding {
  readonly tool: string;
  readonly present: boolean;
  /** As the tool says it; only where a version matters. */
  readonly version?: string;
  /** Debian package that holds it. */
  readonly package: string;
  readonly neededFor: string;
}

/** What is there but does not do; no package of this machine's Debian mends it. */
export interface Problem {
  readonly name: 'qemu-does-not-run' | 'qemu-too-old' | 'machine-unknown';
  readonly what: string;
  readonly remedy: string;
}

export interface ArchitectureFindings {
  readonly architecture: Architecture;
  readonly emulator: { readonly version?: string; readonly machineKnown?: boolean };
  /** Version of the compiler of guest programs; absent when there is none. */
  readonly compiler?: string;
  readonly staticLibrary: boolean;
  /** Absent when there is no emulator to accelerate. */
  readonly accelerator?: AcceleratorChoice;
  readonly problems: readonly Problem[];
}

export interface Findings {
  readonly requirements: readonly Finding[];
  readonly architectures: readonly ArchitectureFindings[];
  readonly optional: readonly OptionalFinding[];
}

/** Standard output of a command that may be missing or fail. */
async function says(program: string, args: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  if (!onPath(program)) return undefined;
  const result = await runCommand(program, args, { signal, timeoutSeconds: 10 }).catch((error: unknown) => {
    if (error instanceof Failure && error.kind === 'infrastructure') return undefined;
    throw error;
  });
  return result?.exitCode === 0 ? result.stdout : undefined;
}

/** Is the machine (`microvm` of `microvm,acpi=off`) in the list of `-machine help`? */
export function knowsMachine(help: string, machine: string): boolean {
  const name = machine.split(',')[0];
  return help.split('\n').some((line) => line.split(' ')[0] === name);
}

function problemsOf({ qemu }: Architecture, version: string | undefined, machineKnown: boolean | undefined): Problem[] {
  const problems: Problem[] = [];
  if (version === undefined && onPath(qemu.binary)) {
    const what = `${qemu.binary} does not say its version`;
    problems.push({ name: 'qemu-does-not-run', what, remedy: `See why: ${qemu.binary} --version` });
  }
  if (version !== undefined && isOlder(version, OLDEST_QEMU)) {
    const what = `${qemu.binary} is version ${version}, and at least ${OLDEST_QEMU} is needed`;
    problems.push({ name: 'qemu-too-old', what, remedy: 'Install a newer one, or put its folder first in PATH' });
  }
  if (machineKnown === false) {
    const what = `${qemu.binary} does not know the machine ${qemu.machineName}`;
    problems.push({ name: 'machine-unknown', what, remedy: `Install a build that has it: Debian's ${qemu.package}` });
  }
  return problems;
}

async function examineArchitecture(
  architecture: Architecture,
  absent: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ArchitectureFindings> {
  const { machine } = architecture.qemu;
  const { binary } = (await withKnownEmulator(architecture, signal)).qemu;
  const { library, llvm } = architecture.toolchain;
  const compiler = guestCompiler(architecture);
  const [said, help, compilerVersion] = await Promise.all([
    says(binary, ['--version'], signal),
    says(binary, ['-machine', 'help'], signal),
    says(compiler, [llvm === undefined ? '-dumpfullversion' : '-dumpversion'], signal),
  ]);
  const version = said === undefined ? undefined : parseQemuVersion(said);
  const machineKnown = help === undefined ? undefined : knowsMachine(help, machine);
  const emulator = { ...(version && { version }), ...(machineKnown !== undefined && { machineKnown }) };
  const known = version === undefined ? undefined : { emulatorVersion: version, signal };
  return {
    architecture,
    emulator,
    ...(compilerVersion && { compiler: compilerVersion.trim() }),
    staticLibrary: library ? knownPackages(library) !== undefined : !absent.has(`libc.a of ${compiler}`),
    ...(known && { accelerator: await chooseAccelerator(architecture, 'auto', known) }),
    problems: problemsOf(architecture, version, machineKnown),
  };
}

/** Looks at everything side by side; nothing is changed, and only the accelerator's self-test is remembered. */
export async function examine(architectures: readonly Architecture[], signal?: AbortSignal): Promise<Findings> {
  const needs = requirementsOf(architectures, true);
  const looking = examineOptional();
  const missing = new Set((await missingNeeds(needs)).map(({ tool }) => tool));
  const examined = await Promise.all(architectures.map((one) => examineArchitecture(one, missing, signal)));
  const versions = new Map<string, string>();
  for (const { architecture, emulator, compiler } of examined) {
    if (emulator.version) versions.set(architecture.qemu.binary, emulator.version);
    if (compiler) versions.set(guestCompiler(architecture), compiler);
  }
  const requirements = needs.map((need): Finding => {
    const version = versions.get(need.tool);
    const present = !missing.has(need.tool);
    return { tool: need.tool, present, ...(version && { version }), package: need.package, neededFor: need.purpose };
  });
  return { requirements, architectures: examined, optional: await looking };
}

export const missingOf = (findings: Findings): Finding[] => findings.requirements.filter(({ present }) => !present);

export const problemsIn = (findings: Findings): Problem[] => findings.architectures.flatMap(({ problems }) => problems);

/** @throws Failure `missing-packages`, or the name of the first problem, when something is not as it must be */
export function demandHealthy(findings: Findings): void {
  const missing = missingOf(findings);
  if (missing.length > 0) throw missingPackagesFailure(missing);
  const problem = problemsIn(findings)[0];
  if (problem) throw infrastructureFailure(problem.name, problem.what, problem.remedy);
}

/**
 * What a verb calls before it starts: is everything there that these architectures need, and if not, may it be
 * installed? Quick when it is.
 * @throws Failure `missing-packages`, `install-failed`
 */
export async function demandPackages(
  architectures: readonly Architecture[],
  /** `build`: kernels will be built as well. `terminal`: by default, whether stdin and stderr are one. */
  options: Partial<OfferOptions> & {
    readonly install: boolean;
    readonly build: boolean;
    /** QEMU runs on this machine. Default true. */
    readonly emulators?: boolean;
    /** What the verb needs beside that. */
    readonly extra?: readonly Need[];
  },
  sink: EventSink,
): Promise<void> {
  const needs = [...requirementsOf(architectures, options.build), ...(options.extra ?? [])].filter(
    ({ tool }) => options.emulators !== false || architectures.every(({ qemu }) => qemu.binary !== tool),
  );
  const missing = await missingNeeds(needs);
  if (missing.length === 0) return;
  const terminal = Boolean(process.stdin.isTTY && process.stderr.isTTY);
  await offerInstall(missing, { terminal, sink, ...options });
  await demandInstalled(missing);
}

/** apt-get may be content although the tool is not where it is looked for. */
export async function demandInstalled(needs: readonly Need[]): Promise<void> {
  const left = await missingNeeds(needs);
  if (left.length === 0) return;
  throw infrastructureFailure(
    'install-failed',
    `the packages were installed, and still this machine lacks ${left.map(({ tool }) => tool).join(', ')}`,
    'See that PATH leads to what the packages installed (/usr/bin)',
  );
}
