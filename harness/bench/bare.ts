// SPDX-License-Identifier: MIT
// The bare QEMU commands of a run: what its machines took without a harness around them.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import type { RunReport } from '../outcome/report.ts';
import { mustRun, seconds } from './measure.ts';

/** A machine's command as a shell takes it; it writes channel.jsonl in its working directory. */
export interface BareCommand {
  readonly name: string;
  readonly shell: string;
}

export interface BareRun {
  readonly commands: readonly BareCommand[];
  /** Architectures that they are of. */
  readonly architectures: readonly string[];
  /** Architectures left out: a guest of theirs was lost, and its bare command may never end. */
  readonly lost: readonly string[];
}

/** The commands of a finished run's folder, in the order of its cells; of architectures without a lost guest. */
export function bareCommandsOf(folder: string): BareRun {
  const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as RunReport;
  const lost = [...new Set(report.cells.filter(({ machines }) => machines > 1).map(({ arch }) => arch))];
  const whole = report.cells.filter(({ arch }) => !lost.includes(arch));
  const commands = whole.flatMap((cell) => {
    const names = readdirSync(path.join(folder, cell.folder)).filter((name) => /^qemu(-\d+)?\.argv$/.test(name));
    return names.map((name) => ({
      name: `${cell.arch}/${cell.kernel.label}/${name}`,
      shell: readFileSync(path.join(folder, cell.folder, name), 'utf8'),
    }));
  });
  return { commands, architectures: [...new Set(whole.map(({ arch }) => arch))], lost };
}

export interface BareTimes {
  /** From the first one's start to the last one's end, seconds. */
  readonly wall: number;
  /** Of each command's own time, seconds. */
  readonly sum: number;
}

/** Runs them, as many side by side as `jobs`. */
export async function runBare(
  commands: readonly BareCommand[],
  scratch: string,
  jobs: number,
  signal: AbortSignal,
): Promise<BareTimes> {
  const limit = pLimit(jobs);
  let sum = 0;
  const wall = await seconds(() =>
    Promise.all(
      commands.map((command, index) =>
        limit(async () => {
          const cwd = path.join(scratch, `bare-${index}`);
          mkdirSync(cwd, { recursive: true });
          const own = await seconds(() => mustRun(['sh', '-c', `exec ${command.shell}`], { cwd, signal }));
          sum += own;
        }),
      ),
    ),
  );
  return { wall, sum };
}
