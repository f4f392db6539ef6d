// SPDX-License-Identifier: MIT
// git's own bisection, in a bare repository of ours that borrows the user's objects: the user's checkout, refs and
// bisect state are never touched, and nothing is checked out anywhere.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { demandGit, GIT_ARGS, gitEnvironment } from '../kernel/index.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { type CommandResult, commandOutput, runCommand } from '../process/command.ts';
import { removeTree } from '../store/temporary.ts';
import { type BisectionRequest, treeGone } from './state.ts';

/** What `git bisect run` takes a command's exit status for. */
export const CODES = { good: 0, bad: 1, skip: 125 } as const;
export type Mark = keyof typeof CODES;

/** What git wants next. */
export type Next =
  | { readonly kind: 'test'; readonly commit: string }
  | { readonly kind: 'found'; readonly commit: string }
  /** Only skipped commits are left: it is one of these. */
  | { readonly kind: 'undecided'; readonly commits: readonly string[] };

export interface Commit {
  readonly sha: string;
  /** `1a2b3c4d5e6f ("subject")`, as kernel developers write it. */
  readonly text: string;
}

const environment = (): Record<string, string> => ({
  ...gitEnvironment(),
  // Who bisects signs nothing, yet git asks for a name where it writes a ref's log.
  GIT_COMMITTER_NAME: 'trapline',
  GIT_COMMITTER_EMAIL: 'trapline@localhost',
});

const git = (folder: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult> =>
  runCommand('git', [...GIT_ARGS, '-C', folder, ...args], { env: environment(), signal });

const gitOutput = async (folder: string, args: readonly string[]): Promise<string> =>
  (await commandOutput('git', [...GIT_ARGS, '-C', folder, ...args], { env: environment() })).trim();

/** @throws Failure `not-a-repository`, `unknown-ref` */
export async function findCommit(tree: string, ref: string): Promise<Commit> {
  await demandGit();
  const found = await git(tree, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  const sha = found.stdout.trim();
  if (found.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(sha)) return describe(tree, sha);
  const isRepository = existsSync(tree) && (await git(tree, ['rev-parse', '--git-dir'])).exitCode === 0;
  throw isRepository
    ? requestFailure('unknown-ref', `${tree} has no commit "${ref}"`, 'Name a branch, tag or commit that exists there')
    : requestFailure('not-a-repository', `${tree} is not a git repository`, 'Name the folder of one with --tree');
}

export async function describe(tree: string, sha: string): Promise<Commit> {
  const subject = await gitOutput(tree, ['show', '--no-patch', '--format=%s', sha]);
  return { sha, text: `${sha.slice(0, 12)} ("${subject}")` };
}

/**
 * Has the repository still both ends of a bisection that was begun in it?
 * @throws Failure `tree-gone`
 */
export async function demandStillThere({ tree, good, bad }: BisectionRequest): Promise<void> {
  await demandGit();
  if (!existsSync(tree)) throw treeGone(`the tree ${tree} is gone`);
  for (const { sha, text } of [good, bad]) {
    const found = await git(tree, ['cat-file', '-e', `${sha}^{commit}`]);
    if (found.exitCode !== 0) throw treeGone(`the tree ${tree} has no longer the commit ${text}`);
  }
}

/** Author, date and the files that the commit changes: what one wants to know of the one that was found. */
export const commitDetails = (tree: string, sha: string): Promise<string> =>
  gitOutput(tree, ['show', '--no-color', '--stat=100', '--format=%an <%ae>, %ad%n%n%B', sha]);

/** Commits that are in `bad` and not in `good`. */
export async function countBetween(tree: string, good: string, bad: string): Promise<number> {
  return Number(await gitOutput(tree, ['rev-list', '--count', bad, `^${good}`]));
}

export class Bisection {
  private constructor(private readonly folder: string) {}

  /** Begins anew in `folder`, which is replaced. @throws Failure `bisection-refused` */
  static async begin(
    tree: string,
    folder: string,
    good: string,
    bad: string,
  ): Promise<{ bisection: Bisection; next: Next }> {
    await removeTree(folder);
    const ask = (what: string) => gitOutput(tree, ['rev-parse', '--path-format=absolute', ...what.split(' ')]);
    const [objects, shallow, format] = await Promise.all([
      ask('--git-path objects'),
      ask('--git-path shallow'),
      ask('--show-object-format'),
    ]);
    mkdirSync(path.dirname(folder), { recursive: true });
    const init = ['init', '--quiet', '--bare', `--object-format=${format}`, folder];
    await commandOutput('git', [...GIT_ARGS, ...init], { env: environment() });
    writeFileSync(path.join(folder, 'objects', 'info', 'alternates'), `${objects}\n`);
    // The parents that a shallow clone does not have are listed there.
    if (existsSync(shallow)) writeFileSync(path.join(folder, 'shallow'), readFileSync(shallow));
    await gitOutput(folder, ['update-ref', '--no-deref', 'HEAD', bad]);
    const bisection = new Bisection(folder);
    return { bisection, next: await bisection.run(['start', '--no-checkout', bad, good]) };
  }

  mark(commit: string, mark: Mark): Promise<Next> {
    return this.run([mark, commit]);
  }

  /** `git bisect log`: what `git bisect replay` takes. */
  log(): Promise<string> {
    return gitOutput(this.folder, ['bisect', 'log']);
  }

  private async run(args: readonly string[]): Promise<Next> {
    const result = await git(this.folder, ['bisect', ...args]);
    const said = result.tail;
    const found = /^([0-9a-f]{40,64}) is the first bad commit$/m.exec(said)?.[1];
    if (found !== undefined) return { kind: 'found', commit: found };
    if (/^There are only 'skip'ped commits left to test/m.test(said)) {
      return { kind: 'undecided', commits: [...said.matchAll(/^([0-9a-f]{40,64})$/gm)].map(([sha]) => sha) };
    }
    const commit = /^\[([0-9a-f]{40,64})\] /m.exec(said)?.[1];
    if (result.exitCode === 0 && commit !== undefined) return { kind: 'test', commit };
    throw infrastructureFailure(
      'bisection-refused',
      `git bisect ${args[0]} says: ${said.trim().replace(/\s+/g, ' ').slice(0, 400)}`,
      'Is the good commit an ancestor of the bad one, or has it a common one with it?',
    );
  }
}
