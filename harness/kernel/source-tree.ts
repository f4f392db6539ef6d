// SPDX-License-Identifier: MIT
// A user's folder, as it lies there now: read, never written to. What git would track is taken, so that the build
// products of the user's own builds stay out; the tree's .gitignore files say what those are, repository or not.
import { existsSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { inCache } from '../config/paths.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { commandOutput, interrupted, runCommand } from '../process/command.ts';
import { readJson, sha256, sha256Json } from '../store/hash.ts';
import { removeTree, sweepTemporary, temporaryName, writeFileAtomically } from '../store/temporary.ts';
import type { KernelSource } from './source.ts';
import { demandGit, GIT_ARGS, gitEnvironment } from './source-git.ts';
import { treeVersion } from './version.ts';

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

/** What lstat says of a file, as text: the same text means that its content need not be read again. */
function stamp(file: string): string | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !(stat.isFile() || stat.isSymbolicLink())) return undefined;
  return `${stat.mode.toString(8)} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
}

function identify(file: string): string {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return `link ${sha256(readlinkSync(file))}`;
  return `${stat.mode & 0o100 ? 'program' : 'file'} ${sha256(readFileSync(file))}`;
}

async function listFiles(directory: string, signal: AbortSignal | undefined): Promise<string[]> {
  await demandGit();
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const options = { env: gitEnvironment(), keepBytes: 64 * 1024 * 1024, signal };
  const own = existsSync(path.join(directory, '.git'))
    ? await runCommand('git', [...GIT_ARGS, '-C', directory, ...list], options)
    : undefined;
  let listing = own?.exitCode === 0 ? own.stdout : undefined;
  if (listing === undefined) {
    // An empty repository elsewhere, with this folder as its work tree: git applies the ignore rules, and writes nothing here.
    await sweepTemporary(inCache('trees'));
    const empty = temporaryName(inCache('trees', 'empty.git'));
    try {
      await commandOutput('git', ['init', '--quiet', '--bare', empty], { env: gitEnvironment() });
      writeFileAtomically(path.join(empty, 'info', 'exclude'), `${BUILD_PRODUCTS.join('\n')}\n`);
      const elsewhere = [`--git-dir=${empty}`, `--work-tree=${directory}`];
      const listed = (more: readonly string[] = []): Promise<string> =>
        commandOutput('git', [...GIT_ARGS, '-C', directory, ...elsewhere, ...list, ...more], options);
      listing = await listed();
      // Debian's sources ignore all but their packaging: rules of the command line go before those of the folder.
      if (!listing.split('\0').includes('Makefile')) {
        listing = await listed(['!/*', ...BUILD_PRODUCTS].map((rule) => `--exclude=${rule}`));
      }
    } finally {
      await removeTree(empty);
    }
  }
  return [...new Set(listing.split('\0'))].filter((name) => name !== '' && !name.endsWith('/')).sort();
}

type Known = Record<string, [stamp: string, identity: string]>;

/** Every file with the identity of its content; only files whose stamp has changed are read. */
async function inventory(directory: string, remembered: string, signal: AbortSignal | undefined): Promise<Known> {
  const before = readJson<Known>(remembered) ?? {};
  const now: Known = {};
  let read = 0;
  for (const name of await listFiles(directory, signal)) {
    const file = path.join(directory, name);
    const current = stamp(file);
    // A tracked file that is deleted in the work tree is not part of it.
    if (current === undefined) continue;
    const known = before[name];
    if (known?.[0] === current) now[name] = known;
    else {
      now[name] = [current, identify(file)];
      if (++read % 200 === 0) {
        await breathe();
        if (signal?.aborted) throw interrupted('reading the tree');
      }
    }
  }
  if (read > 0 || Object.keys(before).length !== Object.keys(now).length)
    writeFileAtomically(remembered, JSON.stringify(now));
  return now;
}

export async function treeSource(named: string, signal?: AbortSignal): Promise<KernelSource> {
  const directory = path.resolve(named);
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw requestFailure('no-such-file', `there is no folder ${directory}`, 'Name the top folder of a kernel source');
  }
  const version = treeVersion(directory);
  const key = `tree-${sha256(directory).slice(0, 16)}`;
  const known = await inventory(directory, inCache('trees', `${key}.json`), signal);
  const contents = new Map(Object.entries(known).map(([name, [, identity]]) => [name, identity]));
  const copy = async (paths: readonly string[], target: string, held: AbortSignal): Promise<void> => {
    const script =
      'set -o pipefail; tar -C "$1" -c --no-recursion --null --verbatim-files-from -T - | tar -x --no-same-owner -C "$2"';
    await commandOutput('bash', ['-c', script, 'copy', directory, target], { input: paths.join('\0'), signal: held });
    const moved = paths.find((name) => stamp(path.join(directory, name)) !== known[name]?.[0]);
    if (moved === undefined) return;
    throw infrastructureFailure(
      'tree-changed',
      `${path.join(directory, moved)} changed while it was read`,
      'Run it again when nothing writes to the tree',
    );
  };
  return {
    identity: `tree-${sha256Json([...contents])}`,
    workspaceKey: key,
    version,
    contents,
    populate: (target, held) => copy([...contents.keys()], target, held),
    async extract(paths, target, held) {
      const present = paths.filter((name) => contents.has(name));
      if (present.length > 0) await copy(present, target, held);
    },
  };
}
