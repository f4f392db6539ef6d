// SPDX-License-Identifier: MIT
// A commit of a user's git repository, read through git and never checked out there. All commits of one repository
// share a workspace, so that the next one rebuilds only what differs.
import path from 'node:path';
import { requestFailure } from '../outcome/failure.ts';
import { type CommandResult, commandOutput, runCommand } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { sha256 } from '../store/hash.ts';
import type { KernelSource } from './source.ts';
import { notAKernelTree, versionInMakefile } from './version.ts';

const KEEP = 64 * 1024 * 1024;

/**
 * git's arguments and environment for a repository that is not ours: it takes no lock, starts no monitor of the
 * repository's own choice, and does not mind whose it is.
 */
export const GIT_ARGS = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
export const gitEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: process.env.HOME ?? '/',
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
});

export async function demandGit(): Promise<void> {
  await demand(
    [{ kind: 'command', tool: 'git', package: 'git', purpose: 'reading kernel trees' }],
    'reading a kernel tree',
  );
}

async function git(directory: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  return runCommand('git', [...GIT_ARGS, '-C', directory, ...args], { env: gitEnvironment(), keepBytes: KEEP, signal });
}

export async function gitSource(directory: string, ref: string, signal?: AbortSignal): Promise<KernelSource> {
  await demandGit();
  const repository = path.resolve(directory);
  const found = await git(
    repository,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{tree}`],
    signal,
  );
  const tree = found.stdout.trim();
  if (found.exitCode !== 0 || !/^[0-9a-f]{40,64}$/.test(tree)) {
    const isRepository = (await git(repository, ['rev-parse', '--git-dir'])).exitCode === 0;
    throw isRepository
      ? requestFailure(
          'unknown-ref',
          `${repository} has no commit "${ref}"`,
          'Name a branch, tag or commit that exists there',
        )
      : requestFailure(
          'not-a-repository',
          `${repository} is not a git repository`,
          'Name its folder, or take tree:DIR',
        );
  }
  const makefile = await git(repository, ['cat-file', 'blob', `${tree}:Makefile`], signal);
  const version = makefile.exitCode === 0 ? versionInMakefile(makefile.stdout) : undefined;
  const listing = await git(repository, ['ls-tree', '-r', '-z', '--full-tree', tree], signal);
  const contents = new Map<string, string>();
  for (const entry of listing.stdout.split('\0')) {
    const tab = entry.indexOf('\t');
    if (tab > 0) contents.set(entry.slice(tab + 1), entry.slice(0, tab));
  }
  if (version === undefined || !contents.has('Kconfig')) throw notAKernelTree(`${repository} at ${ref}`);
  const unpack = async (paths: readonly string[], target: string, held: AbortSignal): Promise<void> => {
    const script = 'set -o pipefail; into=$1; shift; "$@" | tar -x --no-same-owner -C "$into"';
    const archive = ['git', ...GIT_ARGS, '-C', repository, 'archive', '--format=tar', tree, '--', ...paths];
    await commandOutput('bash', ['-c', script, 'unpack', target, ...archive], { env: gitEnvironment(), signal: held });
  };
  return {
    identity: `git-tree-${tree}`,
    workspaceKey: `git-${sha256(repository).slice(0, 16)}`,
    version,
    contents,
    populate: (target, held) => unpack([], target, held),
    async extract(paths, target, held) {
      const known = paths.filter((name) => contents.has(name));
      // In parts, since a command line is limited.
      for (let start = 0; start < known.length; start += 500) {
        await unpack(known.slice(start, start + 500), target, held);
      }
    },
  };
}
