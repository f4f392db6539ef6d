// SPDX-License-Identifier: MIT
// One .deb of Debian's kernels, verified by apt itself, whatever suite it is in.
import { mkdirSync, readdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { removeTree, temporaryName } from '../store/temporary.ts';
import { APT_OPTIONS, APT_SECONDS, demandApt, downloadFailure, privateState } from './apt-state.ts';

export interface DebianPackage {
  /** Version of the Debian package, e.g. "6.1.192-2". */
  readonly version: string;
  /** Where the .deb lies, absolute. */
  readonly file: string;
}

/** The newest of packages that apt, with these options, can download; one question, since each one reads all lists. */
async function newestOf(
  names: readonly string[],
  options: readonly string[],
): Promise<{ name: string; version: string } | undefined> {
  if (names.length === 0) return undefined;
  const { stdout } = await runCommand('apt-cache', [...APT_OPTIONS, ...options, 'madison', ...names]);
  let newest: { name: string; version: string } | undefined;
  const asked = new Set<string>();
  for (const line of stdout.split('\n').filter((line) => line.trimEnd().endsWith('Packages'))) {
    const [name = '', version = ''] = line.split('|').map((field) => field.trim());
    if (!/^[0-9A-Za-z.+~:-]+$/.test(version) || asked.has(version)) continue;
    asked.add(version);
    const later =
      newest === undefined ||
      (await runCommand('dpkg', ['--compare-versions', version, 'gt', newest.version])).exitCode === 0;
    if (later) newest = { name, version };
  }
  return newest;
}

async function newestVersion(name: string, options: readonly string[]): Promise<string | undefined> {
  return (await newestOf([name], options))?.version;
}

/** Lets apt put packages into an empty folder, each named as apt has it: NAME=VERSION or NAME/SUITE. Their files. */
async function fetchPackages(
  wanted: readonly string[],
  options: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const result = await runCommand('apt-get', [...APT_OPTIONS, ...options, 'download', ...wanted], {
    cwd: folder,
    signal,
    timeoutSeconds: APT_SECONDS,
  });
  const found = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  if (result.exitCode === 0 && found.length === wanted.length) return found.map((file) => path.join(folder, file));
  throw downloadFailure(wanted.join(', ').replaceAll('=', ' '), result.tail);
}

async function download(
  name: string,
  version: string,
  options: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<DebianPackage> {
  mkdirSync(folder, { recursive: true });
  const temporary = temporaryName(path.join(folder, name));
  mkdirSync(temporary);
  try {
    const [deb = ''] = await fetchPackages([`${name}=${version}`], options, temporary, signal);
    const file = path.join(folder, path.basename(deb));
    await rename(deb, file);
    return { version, file };
  } finally {
    await removeTree(temporary);
  }
}

/** Names of the kernel packages of a series and flavour: 6.1 is no 6.12, and debug, headers and the like are others. */
export function imagePackagesIn(names: readonly string[], series: string, flavour: string): string[] {
  const wanted = new RegExp(`^linux-image-${series.replaceAll('.', '\\.')}[.-][0-9a-z.+~-]*-${flavour}(-unsigned)?$`);
  // Signed or not the kernel is the same; some architectures and suites have only one of the two.
  const other = /-(rt|cloud)-/;
  return names.filter((name) => wanted.test(name) && !other.test(name));
}

/**
 * Downloads the newest linux-image package of a series for a Debian architecture, whatever this machine's is.
 * @throws Failure `no-stock-kernel`, `download-failed`
 */
export async function downloadImagePackage(
  series: string,
  architecture: string,
  flavour: string,
  folder: string,
  signal?: AbortSignal,
): Promise<DebianPackage> {
  await demandApt(`downloading a kernel of Debian's for ${architecture}`, folder);
  const options = await privateState({ name: `apt-${architecture}`, type: 'deb', architecture });
  const update = await runCommand('apt-get', [...APT_OPTIONS, ...options, 'update'], {
    signal,
    timeoutSeconds: APT_SECONDS,
  });
  const { stdout } = await runCommand('apt-cache', [...APT_OPTIONS, ...options, 'pkgnames', `linux-image-${series}`], {
    signal,
    keepBytes: 1024 * 1024,
  });
  const newest = await newestOf(imagePackagesIn(stdout.split('\n'), series, flavour), options);
  if (!newest) {
    demandLists(update.tail, `a kernel of Debian's for ${architecture}`);
    throw requestFailure(
      'no-stock-kernel',
      `no Debian suite that apt can reach has a linux-image-${series}…-${flavour} for ${architecture}`,
      'Take a series that Debian has: 5.10, 6.1, 6.12',
    );
  }
  return download(newest.name, newest.version, options, folder, signal);
}

/** What is in no list may be in one that could not be fetched. @throws Failure `download-failed` */
function demandLists(update: string, what: string): void {
  if (!/^(Get|Hit):/m.test(update)) throw downloadFailure(`the package lists for ${what}`, update);
}

/**
 * Downloads a package into a folder.
 * @throws Failure `kernel-source-not-found`, `download-failed`
 */
export async function downloadPackage(name: string, folder: string, signal?: AbortSignal): Promise<DebianPackage> {
  await demandApt(`downloading ${name}`, folder);
  const installed = await newestVersion(name, []);
  if (installed !== undefined) {
    try {
      return await download(name, installed, [], folder, signal);
    } catch (error) {
      // Old lists may name a version that the mirror has replaced; fresh ones below say which.
      if (signal?.aborted) throw error;
    }
  }
  const options = await privateState({ name: 'apt', type: 'deb' });
  const update = await runCommand('apt-get', [...APT_OPTIONS, ...options, 'update'], {
    signal,
    timeoutSeconds: APT_SECONDS,
  });
  const version = await newestVersion(name, options);
  if (version !== undefined) return download(name, version, options, folder, signal);
  demandLists(update.tail, name);
  throw requestFailure(
    'kernel-source-not-found',
    `no Debian suite that apt can reach has the package ${name}`,
    'Take a version that Debian has: 5.10, 6.1, 6.12',
  );
}

/**
 * Downloads packages of one suite, whatever this machine's is, into an empty folder.
 * @returns their files @throws Failure `download-failed`
 */
export async function downloadOfSuite(
  names: readonly string[],
  suite: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  await demandApt(`downloading ${names.join(', ')}`, folder);
  const options = await privateState({ name: 'apt', type: 'deb' });
  await runCommand('apt-get', [...APT_OPTIONS, ...options, 'update'], { signal, timeoutSeconds: APT_SECONDS });
  const wanted = names.map((name) => `${name}/${suite}`);
  return fetchPackages(wanted, options, folder, signal);
}
