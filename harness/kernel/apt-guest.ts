// SPDX-License-Identifier: MIT
// What guests get from Debian: sources that their tools are built from, and packages with all that those depend on.
import { mkdirSync, readdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { type Failure, requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { removeTree, temporaryName } from '../store/temporary.ts';
import { APT_OPTIONS, APT_SECONDS, demandApt, downloadFailure, privateState } from './apt-state.ts';

/** The newest first: of two suites it has the newer programs, the other one architectures that it dropped. */
const SUITES = ['trixie', 'bookworm'];

const TARBALL = /_(.+)\.orig\.tar\.[a-z0-9]+$/;

/** Reads the suites' indexes; a suite that has nothing for this architecture is passed over. */
async function update(options: readonly string[], signal?: AbortSignal): Promise<void> {
  const args = [...APT_OPTIONS, ...options, 'update'];
  const { tail } = await runCommand('apt-get', args, { signal, timeoutSeconds: APT_SECONDS });
  if (!/^(Get|Hit):/m.test(tail)) throw downloadFailure("the indexes of Debian's packages", tail);
}

/**
 * Downloads the upstream tarball of a suite's source package into a folder, verified by the signed index of sources.
 * @returns its file, absolute, and upstream's version
 * @throws Failure `download-failed`
 */
export async function downloadTarball(
  name: string,
  suite: string,
  folder: string,
  signal?: AbortSignal,
): Promise<{ file: string; version: string }> {
  await demandApt(`downloading the source of ${name}`, folder);
  const options = await privateState({ name: `apt/source-${suite}`, type: 'deb-src', suites: [suite] });
  await update(options, signal);
  const temporary = temporaryName(path.join(folder, name));
  mkdirSync(temporary);
  try {
    const args = [...APT_OPTIONS, ...options, 'source', '--download-only', '--tar-only', name];
    const result = await runCommand('apt-get', args, { cwd: temporary, signal, timeoutSeconds: APT_SECONDS });
    const tarball = readdirSync(temporary).find((file) => TARBALL.test(file));
    if (result.exitCode !== 0 || tarball === undefined) throw downloadFailure(`the source of ${name}`, result.tail);
    const file = path.join(folder, tarball);
    await rename(path.join(temporary, tarball), file);
    return { file, version: TARBALL.exec(tarball)?.[1] ?? 'unknown' };
  } finally {
    await removeTree(temporary);
  }
}

/**
 * Downloads packages of an architecture with everything that they depend on into an existing folder.
 * @param architecture Debian's name, e.g. `arm64`
 * @returns the files, absolute; their names have the versions
 * @throws Failure `no-such-package`, `download-failed`
 */
export async function downloadWithDependencies(
  packages: readonly string[],
  architecture: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  await demandApt(`downloading ${packages.join(', ')}`, folder);
  const state = await privateState({ name: `apt/guest-${architecture}`, type: 'deb', suites: SUITES, architecture });
  await update(state, signal);
  const options = [...APT_OPTIONS, ...state, '-o', `Dir::Cache::archives=${folder}`];
  const args = ['install', '--download-only', '--yes', '--no-install-recommends', ...packages];
  const result = await runCommand('apt-get', [...options, ...args], { signal, timeoutSeconds: APT_SECONDS });
  if (result.exitCode !== 0)
    throw refused(result.tail, architecture) ?? downloadFailure(packages.join(', '), result.tail);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.deb'))
    .sort()
    .map((file) => path.join(folder, file));
}

/** apt's words for a package that is not there, or cannot be installed. */
function refused(said: string, architecture: string): Failure | undefined {
  const line = said.split('\n').find((one) => /^E: (Unable to locate|Package '.*' has no installation)/.test(one));
  const held = /unmet dependencies/.test(said) ? 'what it depends on is not there' : undefined;
  if (line === undefined && held === undefined) return undefined;
  return requestFailure(
    'no-such-package',
    `Debian has no such package for ${architecture}: ${line?.slice('E: '.length) ?? held}`,
    `Its name is that of Debian's package index (${SUITES.join(', ')})`,
  );
}
