// SPDX-License-Identifier: MIT
// Which files of a user's folder are the kernel's: those that git would track, repository or not, so that the build
// products of the user's own builds stay out. Debian's sources hide all but their packaging from git, which is nothing
// to build: in them all files but build products are the kernel's.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { type CommandOptions, commandOutput, runCommand } from '../process/command.ts';
import { removeTree, sweepTemporary, temporaryName, writeFileAtomically } from '../store/temporary.ts';
import { demandGit, GIT_ARGS, gitEnvironment } from './source-git.ts';

/** For trees without .gitignore files of their own. */
const BUILD_PRODUCTS = [
  '.*',
  '!.gitignore',
  '!.gitattributes',
  '*.o',
  '*.a',
  '*.ko',
  '*.mod',
  '*.cmd',
  '*.order',
  '/vmlinux*',
  '/System.map',
  '/include/config/',
  '/include/generated/',
];

/** Every kernel tree has it: where git does not show it, the tree's rules hide the tree. */
const MAKEFILE = 'Makefile';

const LIST = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];

/** What git lists in a folder that is no repository: what the folder's own rules leave, or ours. */
async function listWithoutRepository(
  directory: string,
  named: readonly string[],
  options: CommandOptions,
): Promise<string> {
  // An empty repository elsewhere, with this folder as its work tree: git applies the rules, and writes nothing here.
  await sweepTemporary(inCache('trees'));
  const empty = temporaryName(inCache('trees', 'empty.git'));
  try {
    await commandOutput('git', ['init', '--quiet', '--bare', empty], { env: gitEnvironment() });
    writeFileAtomically(path.join(empty, 'info', 'exclude'), `${BUILD_PRODUCTS.join('\n')}\n`);
    const list = [...GIT_ARGS, '-C', directory, `--git-dir=${empty}`, `--work-tree=${directory}`, ...LIST];
    const hidden = (await commandOutput('git', [...list, '--', MAKEFILE], options)) === '';
    // Rules of the command line go before those of the folder.
    const rules = hidden ? ['!/*', ...BUILD_PRODUCTS].map((rule) => `--exclude=${rule}`) : [];
    return await commandOutput('git', [...list, ...rules, '--', ...named], options);
  } finally {
    await removeTree(empty);
  }
}

const namesIn = (listing: string): string[] =>
  [...new Set(listing.split('\0'))].filter((name) => name !== '' && !name.endsWith('/')).sort();

/** Names relative to the folder, sorted; of those in `named` alone when it is given. Read, never written to. */
export async function listFiles(
  directory: string,
  signal: AbortSignal | undefined,
  named: readonly string[] = [],
): Promise<string[]> {
  await demandGit();
  const options = { env: gitEnvironment(), keepBytes: 64 * 1024 * 1024, signal };
  const asked = named.length === 0 ? [] : [...named, MAKEFILE];
  const own = existsSync(path.join(directory, '.git'))
    ? await runCommand('git', [...GIT_ARGS, '-C', directory, ...LIST, '--', ...asked], options)
    : undefined;
  const listed = own?.exitCode === 0 ? namesIn(own.stdout) : [];
  if (!listed.includes(MAKEFILE)) return namesIn(await listWithoutRepository(directory, named, options));
  return asked.length === 0 || named.includes(MAKEFILE) ? listed : listed.filter((name) => name !== MAKEFILE);
}
