// SPDX-License-Identifier: MIT
// One at a time, between processes. A lock whose holder was killed goes stale and is taken over.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { startOf } from './temporary.ts';

// The holder refreshes the lock every 2 s; who finds it 10 s old may take it.
const TIMING = { stale: 10_000, update: 2_000 };

/** What the holder writes beside its lock, so that a waiter can say whom it waits for. */
function holderOf(file: string): string {
  try {
    const [pid = '', start = ''] = readFileSync(`${file}.holder`, 'utf8').split(' ');
    return startOf(Number(pid)) === start ? `process ${pid}` : `process ${pid}, which has died`;
  } catch {
    return 'just starting';
  }
}

/**
 * Runs `work` while holding the cache's lock `name`. Waiting for another holder is told once, as a notice.
 * The signal given to `work` is aborted when the caller's is, or when the lock is lost.
 */
export async function withLock<T>(
  name: string,
  sink: EventSink,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const file = inCache('locks', name);
  mkdirSync(path.dirname(file), { recursive: true });
  const lost = new AbortController();
  let release: (() => Promise<void>) | undefined;
  for (let told = false; release === undefined; ) {
    if (signal?.aborted) throw interrupted(`waiting for ${name}`);
    try {
      release = await lockfile.lock(file, { ...TIMING, realpath: false, onCompromised: () => lost.abort() });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!told) {
        told = true;
        const message = `waiting for another trapline (${holderOf(file)}), which holds the lock "${name}"`;
        sink({ type: 'notice', level: 'info', message });
      }
      await sleep(200, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
  try {
    writeFileSync(`${file}.holder`, `${process.pid} ${startOf(process.pid) ?? ''}`);
    const result = await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
    return result;
  } catch (error) {
    if (!lost.signal.aborted) throw error;
    throw infrastructureFailure(
      'lock-lost',
      `the lock "${name}" in ${path.dirname(file)} was taken over by another process`,
      'The machine was stopped or overloaded for more than 10 s; run it again',
      error,
    );
  } finally {
    if (!lost.signal.aborted) {
      rmSync(`${file}.holder`, { force: true });
      await release();
    }
  }
}
