// SPDX-License-Identifier: MIT
// watch's figure: from saving a file of kernel/events to the verdict, against the plain make and the bare boot.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { architectures } from '../arch/index.ts';
import { inCache } from '../config/paths.ts';
import { crossPrefix } from '../kernel/index.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { interrupted, signalGroup } from '../process/command.ts';
import { bareCommandsOf, runBare } from './bare.ts';
import type { Figure, FigureContext } from './figure.ts';
import { inTurn, mustRun, seconds } from './measure.ts';

const [main] = architectures;
if (!main) throw new Error('no architectures');

const CLAUSE = ['--clause', '5.1', '--mechanism', 'sigtrap'];
const FILE = 'kernel/events/core.c';

/** Each save is another content: the kernel that comes of it was never built. */
let saves = 0;
function save(tree: string): void {
  const file = path.join(tree, FILE);
  const text = readFileSync(file, 'utf8').replace(/\nint trapline_bench_\d+;\n$/, '');
  writeFileSync(file, `${text}\nint trapline_bench_${Date.now()}${++saves};\n`);
}

/** A `trapline watch` of the tree; `next` waits for its next line. */
class Watching {
  private lines = 0;
  private ended: string | undefined;
  private readonly child;

  constructor(trapline: string, tree: string, cwd: string) {
    this.child = spawn(trapline, ['watch', '--tree', tree, '--arch', main?.name ?? '', ...CLAUSE], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.lines += chunk.toString('utf8').match(/^\d\d:\d\d:\d\d .*(?:conforms|deviates)/gm)?.length ?? 0;
    });
    let said = '';
    this.child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-400);
    });
    this.child.once('close', () => {
      this.ended = said.trim().split('\n').at(-1) ?? '';
    });
  }

  /** @throws Failure `bench-command-failed` */
  async next(signal: AbortSignal): Promise<void> {
    const before = this.lines;
    while (this.lines === before) {
      if (signal.aborted) throw interrupted('waiting for ./trapline watch');
      if (this.ended !== undefined) {
        throw infrastructureFailure(
          'bench-command-failed',
          `./trapline watch ended: ${this.ended}`,
          'Run it by hand to see more',
        );
      }
      await sleep(20);
    }
  }

  async end(): Promise<void> {
    if (this.ended === undefined && this.child.pid !== undefined) signalGroup(this.child.pid, 'SIGINT');
    while (this.ended === undefined) await sleep(50);
  }
}

async function copyOfTree({ scratch, signal }: FigureContext, name: string): Promise<string> {
  const [source = ''] = readdirSync(inCache('sources')).filter((one) => one.startsWith('debian-6.1-'));
  const tree = path.join(scratch, name);
  await mustRun(['cp', '-a', inCache('sources', source), tree], { cwd: scratch, signal });
  return tree;
}

export const watchFigure: Figure = {
  name: 'watch',
  title: `a file of kernel/events is saved: ${main.name}'s verdict`,
  cold: true,
  async measure(context) {
    const { trapline, scratch, jobs, times, signal, tell } = context;
    tell('a run, for the configuration and the bare command');
    const out = path.join(scratch, 'run');
    await mustRun(
      [trapline, 'run', '--arch', main.name, '--kernel', 'with', ...CLAUSE, '--out', out],
      { cwd: scratch, signal },
      [0, 1],
    );
    const { commands } = bareCommandsOf(out);
    const plain = await copyOfTree(context, 'plain');
    const watched = await copyOfTree(context, 'watched');
    const make = [
      'make',
      `-j${jobs}`,
      `ARCH=${main.kernel.arch}`,
      `CROSS_COMPILE=${crossPrefix(main)}`,
      'LOCALVERSION=',
    ];
    tell('plain make, the first time');
    await mustRun(['cp', path.join(out, main.name, 'with', 'kernel.config'), path.join(plain, '.config')], {
      cwd: scratch,
      signal,
    });
    await mustRun([...make, 'olddefconfig'], { cwd: plain, signal });
    await mustRun([...make, main.kernel.target], { cwd: plain, signal });
    tell('watch, the first time');
    const watching = new Watching(trapline, watched, scratch);
    try {
      await watching.next(signal);
      tell('saving, in turn');
      const byHand = async (): Promise<number> => {
        save(plain);
        const built = await seconds(() => mustRun([...make, main.kernel.target], { cwd: plain, signal }));
        return built + (await runBare(commands, scratch, 1, signal)).wall;
      };
      const byWatch = async (): Promise<number> => {
        const took = await seconds(async () => {
          const said = watching.next(signal);
          save(watched);
          await said;
        });
        // After a round watch looks at the whole tree, which must not slow down what comes now.
        await sleep(3000, undefined, { signal }).catch(() => {
          throw interrupted('the benchmark of watch');
        });
        return took;
      };
      const [harness = 0, bare = 0] = await inTurn(times, byWatch, byHand);
      return [
        {
          measured: { what: `./trapline watch: from saving ${FILE} to the verdict`, value: harness },
          against: { what: 'plain make, then the bare QEMU command', value: bare },
          unit: 's',
          limit: 1.2,
        },
      ];
    } finally {
      await watching.end();
    }
  },
};
