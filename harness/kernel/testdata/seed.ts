// SPDX-License-Identifier: MIT
// A repository that tests make from a real kernel source; with its objects from the beginning, a first build takes seconds.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Architecture } from '../../arch/record.ts';
import { silent } from '../../outcome/events.ts';
import { commandOutput } from '../../process/command.ts';
import { withLock } from '../../store/lock.ts';
import { installFolder } from '../../store/temporary.ts';
import { buildKernel, parseKernelRequest, resolveKernel } from '../index.ts';
import type { BuildPlan } from '../plan.ts';
import type { KernelSource } from '../source.ts';
import { gitSource } from '../source-git.ts';
import { prepareWorkspace, workspaceOf } from '../workspace.ts';

/** Left out of a repository: no kernel of ours is made of it, and it is most of what there is. */
const LEFT_OUT = [
  'Documentation',
  'drivers/gpu',
  'drivers/infiniband',
  'drivers/media',
  'drivers/net/ethernet',
  'drivers/net/wireless',
  'drivers/scsi',
  'drivers/staging',
  'sound',
  'tools/perf',
  'tools/testing',
]
  // Kconfig and Makefile are read all the same: they have no dot in their names.
  .map((folder) => `:(exclude,glob)${folder}/**/*.*`);

const NOBODY = [
  '-c',
  'user.name=nobody',
  '-c',
  'user.email=nobody@localhost',
  '-c',
  'core.looseCompression=0',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
];

export interface KernelRepository {
  readonly folder: string;
  git(...args: string[]): string;
  /** Changes a file of the tree and commits it. */
  edit(message: string, file: string, change: (text: string) => string): void;
  /** Applies a patch file and commits it. */
  apply(message: string, patch: string): void;
  remove(): void;
}

/** tools/ remembers its command lines with whole paths: it would be built again, and everything that objtool looks at. */
function moveTools(tools: string, from: string, to: string): void {
  const names = readdirSync(tools, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)\..*\.(cmd|d)$/.test(name),
  );
  for (const name of names) {
    const file = path.join(tools, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
  }
}

/** Gives the source a build tree with the objects of the plan's: both have the same content. */
async function seed(plan: BuildPlan, source: KernelSource): Promise<string> {
  const { fragment } = plan.architecture.kernel;
  const { root } = workspaceOf(source, fragment);
  await withLock('kernel-build', silent, undefined, async (held) => {
    const own = await prepareWorkspace(plan.source, [], fragment, held);
    await installFolder(root, async (folder) => {
      // Objects are copies of their own: a linker writes into them.
      await commandOutput('cp', ['-a', `${own.root}/.`, folder], { signal: held });
      moveTools(path.join(folder, 'tree', 'tools'), own.tree, path.join(root, 'tree'));
      writeFileSync(path.join(folder, 'contents.json'), JSON.stringify([...(source.contents ?? [])]));
      const state = { source: source.identity, patches: [], touched: [], pending: [] };
      writeFileSync(path.join(folder, 'state.json'), JSON.stringify(state));
    });
  });
  return root;
}

/** A repository whose first commit is the source that `with` of the architecture is made of. */
export async function kernelRepository(architecture: Architecture): Promise<KernelRepository> {
  const plan = await resolveKernel(parseKernelRequest('with'), architecture, silent);
  if (plan.kind !== 'build') throw new Error('with is built from source');
  await buildKernel(plan, silent);
  const folder = mkdtempSync(path.join(tmpdir(), 'trapline-repository-'));
  // Most files are links to the source in the cache: nothing may write into them.
  await plan.source.populate(folder, new AbortController().signal);
  const git = (...args: string[]): string =>
    execFileSync('git', [...NOBODY, '-C', folder, ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });
  git('init', '--quiet', '--initial-branch=main');
  // Debian's .gitignore leaves out everything.
  git('add', '--force', '--', '.', ...LEFT_OUT);
  git('commit', '--quiet', '-m', 'the kernel');
  const workspace = await seed(plan, await gitSource(folder, 'HEAD'));
  return {
    folder,
    git,
    edit(message, file, change) {
      const name = path.join(folder, file);
      const text = change(readFileSync(name, 'utf8'));
      rmSync(name);
      writeFileSync(name, text);
      git('commit', '--quiet', '-m', message, '--', file);
    },
    apply(message, patch) {
      git('apply', patch);
      git('commit', '--quiet', '--all', '-m', message);
    },
    remove() {
      for (const one of [folder, workspace]) rmSync(one, { recursive: true, force: true });
    },
  };
}
