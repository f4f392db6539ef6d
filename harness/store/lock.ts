// SPDX-License-Identifier: MIT
// One at a time, between processes. The lock of a holder that was killed is taken over.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import lockfile from 'proper-lockfile';
import { makeFolders } from '../config/folders.ts';
import { inCache } from '../config/paths.ts';
import type { EventSink } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { demandCache } from './cache.ts';
import { startOf, sweepTemporary, temporaryName, writeFileAtomically } from './temporary.ts';

// The holder refreshes the lock every 2 s; who finds it two minutes old may take it. That is for holders of which
// nothing is known: one that was killed is found by its process id, and a loaded machine may be late with refreshing.
const TIMING = { stale: 120_000, update: 2_000 };

interface Holder {
  readonly pid: number;
  readonly alive: boolean;
}

/** What the holder writes beside its lock: whom a waiter waits for. Missing for a moment after locking. */
function readHolder(file: string): Holder | undefined {
  try {
    const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
    return { pid: Number(pid), alive: startOf(Number(pid)) === start };
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of a holder that was killed, instead of waiting until it is stale. Of several waiters only the one
 * that gets hold of the holder's file may do it: a lock that was taken anew meanwhile has a file of its own.
 */
function removeDead(file: string): void {
  const claimed = temporaryName(`${file}.holder`);
  try {
    renameSync(`${file}.holder`, claimed);
  } catch {
    return;
  }
  if (readHolder(claimed)?.alive) {
    renameSync(claimed, `${file}.holder`);
    return;
  }
  rmSync(`${file}.lock`, { recursive: true, force: true });
  rmSync(claimed, { force: true });
}

/** This process's own turns at each lock, by its file: they wait here, in their order, and not for "another trapline". */
const turns = new Map<string, ReturnType<typeof pLimit>>();

/** When this process gave a lock back (Date.now()), by its file. */
const givenBack = new Map<string, number>();

/** Milliseconds between two looks at a lock that another process holds. */
const LOOK = 200;

/** Who had the lock just now lets those look that wait in other processes: else it could have it for hours on end. */
async function letOthersLook(file: string): Promise<void> {
  const since = Date.now() - (givenBack.get(file) ?? 0);
  if (existsSync(`${file}.waiting`) && since < 2 * LOOK) await sleep(2 * LOOK - since);
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
  const turn = turns.get(file) ?? pLimit(1);
  turns.set(file, turn);
  const tell = (who: string): void =>
    sink({
      type: 'notice',
      level: 'info',
      message: `waiting for another trapline (${who}): it holds the lock "${name}"`,
    });
  return turn(() => withOurTurn(name, tell, signal, work));
}

/**
 * The same for what is not waited for, since it may take days: whoever comes while another process has the lock is
 * turned away.
 * @param refusal what is thrown then; `who` is `process 4711`, or `just starting`
 */
export function withLockOrRefusal<T>(
  name: string,
  refusal: (who: string) => Error,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const refuse = (who: string): never => {
    throw refusal(who);
  };
  return withOurTurn(name, refuse, signal, work);
}

/** @param held is called once when another process has it, before that is waited for */
async function withOurTurn<T>(
  name: string,
  held: (who: string) => void,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  demandCache();
  const file = inCache('locks', name);
  makeFolders(path.dirname(file));
  await sweepTemporary(path.dirname(file));
  await letOthersLook(file);
  const lost = new AbortController();
  let release: (() => Promise<void>) | undefined;
  for (let told = false; release === undefined; ) {
    if (signal?.aborted) throw interrupted(`waiting for ${name}`);
    try {
      release = await lockfile.lock(file, { ...TIMING, realpath: false, onCompromised: () => lost.abort() });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      const holder = readHolder(`${file}.holder`);
      if (holder?.alive === false) {
        removeDead(file);
        continue;
      }
      if (!told) {
        told = true;
        held(holder ? `process ${holder.pid}` : 'just starting');
      }
      writeFileSync(`${file}.waiting`, '');
      await sleep(LOOK, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
  // Those who still wait say so again.
  rmSync(`${file}.waiting`, { force: true });
  try {
    // Whole or not at all: half of it would look like a dead holder's.
    writeFileAtomically(`${file}.holder`, `${process.pid} ${startOf(process.pid) ?? ''}`);
    const result = await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
    return result;
  } catch (error) {
    if (!lost.signal.aborted) throw error;
    throw infrastructureFailure(
      'lock-lost',
      `the lock "${name}" in ${path.dirname(file)} was taken over by another process`,
      'The machine was stopped or overloaded for minutes; run it again',
      error,
    );
  } finally {
    if (!lost.signal.aborted) {
      rmSync(`${file}.holder`, { force: true });
      await release();
      givenBack.set(file, Date.now());
    }
  }
}
