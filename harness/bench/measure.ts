// SPDX-License-Identifier: MIT
// Timing commands: each several times, taken in turn, so that what else the machine does falls on all alike.
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('no values to take the median of');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Wall-clock seconds that work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Medians of several ways, each taken `times` times in turn: a, b, a, b, … */
export async function inTurn(times: number, ...ways: readonly (() => Promise<number>)[]): Promise<number[]> {
  const taken = ways.map((): number[] => []);
  for (let round = 0; round < times; round++) {
    for (const [index, way] of ways.entries()) taken[index]?.push(await way());
  }
  return taken.map(median);
}

export interface CommandContext {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command that must end with one of `statuses`. @throws Failure `bench-command-failed` */
export async function mustRun(
  command: readonly string[],
  context: CommandContext,
  statuses: readonly number[] = [0],
): Promise<string> {
  const [program = '', ...args] = command;
  const env = { ...(process.env as Record<string, string>), ...context.env };
  const result = await runCommand(program, args, { cwd: context.cwd, env, signal: context.signal });
  if (statuses.includes(result.exitCode)) return result.stdout;
  const said = result.tail.trimEnd().split('\n').at(-1) ?? '';
  throw infrastructureFailure(
    'bench-command-failed',
    `${command.join(' ').slice(0, 200)} ended with ${result.exitCode}: ${said.slice(0, 300)}`,
    'Run it by hand to see more',
  );
}
