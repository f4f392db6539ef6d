// SPDX-License-Identifier: MIT
// Figures of building: from an empty cache (downloads apart), against the plain make of the same configuration.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { architectures } from '../arch/index.ts';
import { inCache } from '../config/paths.ts';
import { crossPrefix } from '../kernel/index.ts';
import { sha256File } from '../store/hash.ts';
import type { Figure, FigureContext, Measurement } from './figure.ts';
import { mustRun, seconds } from './measure.ts';

const [main] = architectures;
if (!main) throw new Error('no architectures');

/** An empty cache with what was downloaded: the network is not what is measured. */
async function emptyCache({ scratch, signal }: FigureContext, name: string): Promise<string> {
  const cache = path.join(scratch, name);
  mkdirSync(cache);
  for (const folder of ['downloads', 'apt']) {
    if (existsSync(inCache(folder))) await mustRun(['cp', '-a', inCache(folder), cache], { cwd: scratch, signal });
  }
  return cache;
}

async function plainMake(context: FigureContext, cache: string, config: string): Promise<number> {
  const { scratch, jobs, signal } = context;
  const [source = ''] = readdirSync(path.join(cache, 'sources')).filter((name) => !name.startsWith('.'));
  const tree = path.join(scratch, 'plain');
  await mustRun(['cp', '-a', path.join(cache, 'sources', source), tree], { cwd: scratch, signal });
  await mustRun(['cp', config, path.join(tree, '.config')], { cwd: scratch, signal });
  const make = ['make', `-j${jobs}`, `ARCH=${main?.kernel.arch}`, `CROSS_COMPILE=${main ? crossPrefix(main) : ''}`];
  await mustRun([...make, 'olddefconfig'], { cwd: tree, signal });
  return seconds(() => mustRun([...make, main?.kernel.target ?? 'vmlinux'], { cwd: tree, signal }));
}

/** Folder of the artifact that `kernel build` printed. */
const folderOf = (printed: string): string => path.dirname(printed.trim().split(' ').at(-1) ?? '');

const hashesIn = (printed: string): string[] =>
  ['image', 'vmlinux', 'config'].map((name) => sha256File(path.join(folderOf(printed), name)));

export const coldFigures: readonly Figure[] = [
  {
    name: 'cold',
    title: `building ${main.name} kernels, and a run, from an empty cache`,
    cold: true,
    async measure(context) {
      const { trapline, scratch, signal, tell } = context;
      const cache = await emptyCache(context, 'cache-build');
      const build = (kernel: string, where = cache) =>
        mustRun([trapline, 'kernel', 'build', '--arch', main.name, '--kernel', kernel], {
          cwd: scratch,
          env: { TRAPLINE_CACHE: where },
          signal,
        });
      tell('first kernel');
      let built = '';
      const first = await seconds(async () => {
        built = await build('with');
      });
      tell('second kernel');
      const second = await seconds(() => build('without'));
      const hashes = hashesIn(built);
      tell('plain make');
      const plain = await plainMake(context, cache, path.join(folderOf(built), 'config'));
      await mustRun(['rm', '-rf', path.join(scratch, 'plain'), cache], { cwd: scratch, signal });
      const other = await emptyCache(context, 'cache-run');
      tell('cold run');
      const command = [trapline, 'run', '--out', path.join(scratch, 'cold-run')];
      const run = await seconds(() =>
        mustRun(command, { cwd: scratch, env: { TRAPLINE_CACHE: other }, signal }, [0, 1]),
      );
      const again = hashesIn(await build('with', other));
      const make = { what: 'plain make of the same configuration', value: plain };
      const figures: Measurement[] = [
        { measured: { what: 'first kernel', value: first }, against: make, unit: 's', limit: 1.1 },
        {
          measured: { what: 'second kernel of the pair', value: second },
          against: { what: 'first kernel', value: first },
          unit: 's',
          limit: 0.15,
        },
        { measured: { what: './trapline run', value: run }, against: make, unit: 's', limit: 1.2 },
        {
          measured: {
            what: 'files of the kernel that are others when it is built again elsewhere',
            value: hashes.filter((hash, index) => hash !== again[index]).length,
          },
          unit: 'files',
          limit: 0,
        },
      ];
      return figures;
    },
  },
];
