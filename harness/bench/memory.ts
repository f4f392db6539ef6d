// SPDX-License-Identifier: MIT
// Memory of commands, as Linux tells it in /proc.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { infrastructureFailure } from '../outcome/failure.ts';
import { signalGroup } from '../process/command.ts';
import type { CommandContext } from './measure.ts';

/** Often enough for a tree of which every machine lives for seconds; reading it costs a few milliseconds each time. */
const TREE_INTERVAL = 250;

/** A file of /proc; empty when its process has gone. */
function procFile(...names: readonly string[]): string {
  try {
    return readFileSync(['/proc', ...names].join('/'), 'utf8');
  } catch {
    return '';
  }
}

/** Peak resident memory of a process so far, in MiB (VmHWM of /proc/PID/status); 0 when it has gone. */
const peakMebibytes = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(procFile(String(pid), 'status'))?.[1] ?? 0) / 1024;

/** Peak resident memory (MiB) of a command's own process, children not counted; its output is thrown away. */
export async function peakMemory(command: readonly string[], context: CommandContext): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: context.cwd,
    env: { ...process.env, ...context.env },
    stdio: 'ignore',
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw infrastructureFailure('missing-tool', `cannot start ${program}`, 'Is it there?');
  const end = () => signalGroup(pid, 'SIGTERM');
  context.signal?.addEventListener('abort', end, { once: true });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMebibytes(pid));
  }, 25);
  try {
    await new Promise((resolve) => child.once('close', resolve));
    return peak;
  } finally {
    clearInterval(watch);
    context.signal?.removeEventListener('abort', end);
  }
}

function threadsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function descendantsOf(pid: string): string[] {
  const children = threadsOf(pid).flatMap((thread) =>
    procFile(pid, 'task', thread, 'children').split(' ').filter(Boolean),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Memory (MiB) of all processes below this one; what several share is counted once (Pss of /proc/PID/smaps_rollup). */
function treeMebibytes(): number {
  const kibibytes = descendantsOf(String(process.pid)).map((pid) =>
    Number(/^Pss:\s+(\d+) kB/m.exec(procFile(pid, 'smaps_rollup'))?.[1] ?? 0),
  );
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** What work gives, and the peak memory (MiB) of all that it starts, together, looked at every quarter of a second. */
export async function withPeakMemory<Value>(work: () => Promise<Value>): Promise<{ value: Value; peak: number }> {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, treeMebibytes());
  }, TREE_INTERVAL);
  try {
    const value = await work();
    return { value, peak };
  } finally {
    clearInterval(watch);
  }
}
