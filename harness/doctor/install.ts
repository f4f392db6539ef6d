// SPDX-License-Identifier: MIT
// Mends what is missing: names the packages and the one command, asks on a terminal, installs with apt-get.
import { createInterface } from 'node:readline/promises';
import type { Architecture } from '../arch/record.ts';
import { type EventSink, silent, step } from '../outcome/events.ts';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { type Need, requirementsOf } from './requirements.ts';

/** Debian packages of what is missing, each once, in alphabetical order. */
export function missingPackages(missing: readonly { readonly package: string }[]): string[] {
  return [...new Set(missing.map((one) => one.package))].sort();
}

/** Debian packages of everything that these architectures need, kernel builds included, installed or not. */
export function requiredPackages(architectures: readonly Architecture[]): string[] {
  return missingPackages(requirementsOf(architectures, true));
}

/** The one command for a shell that installs packages without trapline. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** apt's words without what names a machine of the network: messages of the tool never contain one. */
export function withoutHosts(text: string): string {
  return text
    .replace(/\b[a-z]+:\/\/\S+/gi, 'a package index or package')
    .replace(/'?\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b(?::[\w-]+)?'?/gi, 'the mirror')
    .replace(/\(?\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b\)?/g, 'an address')
    .replace(/\[IP:[^\]]*\]/g, '')
    .trim();
}

const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3', '-q'];

async function apt(args: readonly string[], detail: (text: string) => void, signal?: AbortSignal): Promise<void> {
  const result = await runCommand('apt-get', [...APT_OPTIONS, ...args], {
    signal,
    env: { ...(process.env as Record<string, string>), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    onLine: (line) => {
      const [, what, name] = /^(Unpacking|Setting up) ([a-z0-9][a-z0-9.+-]*)/.exec(line) ?? [];
      if (what && name) detail(`${what.toLowerCase()} ${name}`);
    },
  });
  if (result.exitCode === 0) return;
  const lines = result.tail.trimEnd().split('\n');
  const said = lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? '';
  throw infrastructureFailure(
    'install-failed',
    `apt-get ${args[0]} ended with ${result.exitCode}: ${withoutHosts(said.replace(/^E: /, ''))}`,
    'Mend it (network, /etc/apt, disk space) and run ./trapline doctor --install again',
  );
}

/** Installs Debian packages as root. @throws Failure `install-failed`, `interrupted` */
export async function installPackages(
  packages: readonly string[],
  sink: EventSink,
  signal?: AbortSignal,
): Promise<void> {
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw infrastructureFailure(
      'install-failed',
      `only root can install packages, and this is user ${process.getuid?.()}`,
      `Run: sudo ${installCommand(packages)}`,
    );
  }
  await step(sink, 'packages', 'install', async (detail) => {
    detail('reading the package indexes');
    await apt(['update'], detail, signal);
    await apt(['install', '-y', '--no-install-recommends', ...packages], detail, signal);
  });
}

export interface OfferOptions {
  /** Install without asking. */
  readonly install: boolean;
  /** Is somebody there to be asked? */
  readonly terminal: boolean;
  readonly sink?: EventSink;
  readonly signal?: AbortSignal | undefined;
  /** Asks a yes-or-no question; on the terminal by default. */
  readonly ask?: (question: string, signal?: AbortSignal) => Promise<boolean>;
}

/** On stderr, so that stdout stays a result. No answer (end of input, Ctrl-C) is a no. */
async function askOnTerminal(question: string, signal?: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    const either = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
    const answer = (await terminal.question(`${question} [Y/n] `, { signal: either })).trim();
    return answer === '' || /^y(es)?$/i.test(answer);
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}

const listed = (missing: readonly Pick<Need, 'tool'>[]): string => missing.map(({ tool }) => tool).join(', ');

export function missingPackagesFailure(missing: readonly Pick<Need, 'tool' | 'package'>[]): Failure {
  return infrastructureFailure(
    'missing-packages',
    `this machine lacks ${listed(missing)}`,
    `Install with: ./trapline doctor --install, which is: ${installCommand(missingPackages(missing))}`,
  );
}

/**
 * Installs what is missing when that is allowed: by `--install`, or by an answer on the terminal.
 * @throws Failure `missing-packages` when it is not, `install-failed`
 */
export async function offerInstall(
  missing: readonly Pick<Need, 'tool' | 'package'>[],
  options: OfferOptions,
): Promise<void> {
  if (missing.length === 0) return;
  const packages = missingPackages(missing);
  if (!options.install) {
    if (!options.terminal) throw missingPackagesFailure(missing);
    const question = `This machine lacks ${listed(missing)}.\nRun: ${installCommand(packages)}?`;
    if (!(await (options.ask ?? askOnTerminal)(question, options.signal))) throw missingPackagesFailure(missing);
  }
  await installPackages(packages, options.sink ?? silent, options.signal);
}
