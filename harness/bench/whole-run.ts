// SPDX-License-Identifier: MIT
// A whole run beside the bare commands of its machines: time and memory.
import { bareCommandsOf, runBare } from './bare.ts';
import { type Figure, freshFolder } from './figure.ts';
import { inTurn, mustRun, seconds } from './measure.ts';
import { withPeakMemory } from './memory.ts';

/** Verdicts are not the question here. */
const JUDGED = [0, 1];

const leftOut = (lost: readonly string[]): { note?: string } =>
  lost.length === 0
    ? {}
    : { note: `without ${lost.join(', ')}: guests are lost there, whose bare commands may never end` };

export function runFigure(name: string, title: string, arch: string, limit: number, against: 'wall' | 'sum'): Figure {
  return {
    name,
    title,
    async measure(context) {
      const { trapline, scratch, jobs, times, signal, tell } = context;
      const run = async (names: string): Promise<string> => {
        const out = freshFolder(context, name);
        const command = [trapline, 'run', '--arch', names, '--jobs', String(jobs), '--out', out];
        await mustRun(command, { cwd: scratch, signal }, JUDGED);
        return out;
      };
      tell('building what is missing');
      const { commands, architectures: whole, lost } = bareCommandsOf(await run(arch));
      const bare = async (): Promise<number> => {
        const taken = await runBare(commands, scratch, jobs, signal);
        return against === 'wall' ? taken.wall : taken.sum / jobs;
      };
      // Memory is looked at while the time is taken, of both alike.
      const peaks: [number, number] = [0, 0];
      const watched = (way: 0 | 1, take: () => Promise<number>) => async () => {
        const { value, peak } = await withPeakMemory(take);
        peaks[way] = Math.max(peaks[way], peak);
        return value;
      };
      const [harness = 0, machines = 0] = await inTurn(
        times,
        watched(0, () => seconds(() => run(whole.join(',')))),
        watched(1, bare),
      );
      const how = against === 'wall' ? `${jobs} side by side` : `their sum ÷ ${jobs}`;
      return [
        {
          measured: { what: `./trapline run --arch ${arch}`, value: harness },
          against: { what: `${commands.length} bare QEMU commands, ${how}`, value: machines },
          unit: 's',
          limit,
          ...leftOut(lost),
        },
        {
          measured: { what: 'peak memory of all its processes', value: peaks[0] },
          against: { what: `of the bare commands, ${jobs} side by side`, value: peaks[1] },
          unit: 'MiB',
        },
      ];
    },
  };
}
