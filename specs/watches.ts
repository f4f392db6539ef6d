// SPDX-License-Identifier: MIT
// What watches have to do at accesses, by the profile; and the judging of the records that stop_log.c makes.
import { expect } from 'vitest';
import type { Profile, WatchType } from '../harness/arch/record.ts';
import { hex, type Observation } from '../harness/judge/observation.ts';

/** Errnos, the same on every architecture that has debug registers here. */
export const ERRNO = {
  EPERM: 1,
  ESRCH: 3,
  E2BIG: 7,
  EBADF: 9,
  EACCES: 13,
  EFAULT: 14,
  EINVAL: 22,
  ENOTTY: 25,
  ENOSPC: 28,
  EOPNOTSUPP: 95,
} as const;

/** errno of a data watch that no register can be: an aligned power of two that is too long has an answer of its own. */
export function lengthErrno({ dataLengths, longDataErrno }: Profile, length: number, address: bigint): number {
  const aligned = (length & (length - 1)) === 0 && address % BigInt(length) === 0n;
  return aligned && length > Math.max(...dataLengths) ? longDataErrno : ERRNO.EINVAL;
}

/** si_code of a signal that perf sent: TRAP_PERF, include/uapi/asm-generic/siginfo.h. */
const TRAP_PERF = 6;

/** Bits of bp_type, include/uapi/linux/hw_breakpoint.h. */
const READ = 1;
const WRITE = 2;
const EXECUTE = 4;

export interface Watch {
  readonly address: bigint;
  readonly type: number;
  readonly length: number;
  readonly data: bigint;
}

export const watchOf = (record: Observation): Watch => ({
  address: hex(record.address),
  type: Number(record.type),
  length: Number(record.length),
  data: hex(record.sigData),
});

/** The type in the profile's word. */
export function typeName(type: number): WatchType | undefined {
  return ({ 1: 'r', 2: 'w', 3: 'rw', 4: 'x' } as const)[type];
}

/** Has the access, made at `target`, to fire the watch? */
function fires(watch: Watch, access: Observation, target: bigint): boolean {
  if (watch.type === EXECUTE) return watch.address === hex(access.instruction);
  const wanted = (access.reads && watch.type & READ) || (access.writes && watch.type & WRITE);
  const overlaps =
    target < watch.address + BigInt(watch.length) && watch.address < target + BigInt(Number(access.bytes));
  return Boolean(wanted) && overlaps;
}

/** PCs that the context may hold when the access fires the watch. */
function programCounters(profile: Profile, watch: Watch, access: Observation): unknown[] {
  const before = watch.type === EXECUTE ? profile.executeTrap === 'before' : profile.dataTrap === 'before';
  if (before) return [access.instruction];
  // A string instruction that repeats itself stops between two iterations, still at itself.
  return access.repeats ? [access.next, access.instruction] : [access.next];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What the signals of stops said: one watch after the other, in any order where one access fires several. */
function judgeStops(profile: Profile, expected: readonly Watch[], record: Observation, told: string): void {
  expect(record.stops, `stops: ${told}`).toBe(expected.length);
  const seen = list(record.data).map((data, i) => ({ data: hex(data), i }));
  for (const watch of expected) {
    const at = seen.findIndex((stop) => stop.data === watch.data);
    expect(at, `a stop with sig_data 0x${watch.data.toString(16)}: ${told}`).toBeGreaterThanOrEqual(0);
    const [stop] = seen.splice(at, 1);
    const i = stop?.i ?? 0;
    expect(hex(list(record.addresses)[i]), `si_addr: ${told}`).toBe(watch.address);
    expect(list(record.codes)[i], `si_code: ${told}`).toBe(TRAP_PERF);
    expect(programCounters(profile, watch, record), `PC in the context: ${told}`).toContain(list(record.pcs)[i]);
  }
}

/** "sweep": one watch that is open, and the same access at several targets. */
export function judgeSweep(profile: Profile, sweep: Observation): void {
  const watch = watchOf(sweep);
  const told = `${sweep.access} around ${describe(watch)}`;
  const targets = list(sweep.targets).map(hex);
  expect(sweep.errno, `errno of opening ${describe(watch)}`).toBe(0);
  expect(targets.length, `targets of ${told}`).toBeGreaterThan(0);
  const expected = targets.map((target) => (fires(watch, sweep, target) ? 1 : 0));
  expect(sweep.stopsOfTarget, `stops at ${list(sweep.targets).join(', ')}: ${told}`).toEqual(expected);
  const firing = targets.filter((target) => fires(watch, sweep, target)).map(() => watch);
  judgeStops(profile, firing, sweep, told);
}

export const describe = (watch: Watch): string =>
  `a watch of ${watch.length} byte(s) of type ${typeName(watch.type) ?? watch.type} at 0x${watch.address.toString(16)}`;

/** errno of opening a watch beside those that are open. */
function openErrno(profile: Profile, watch: Watch, possible: boolean, open: readonly Watch[]): number {
  const executes = ({ type }: Watch): boolean => type === EXECUTE;
  const { slots, executeErrno } = profile;
  if (executes(watch) && executeErrno !== undefined) return executeErrno;
  const rivals = slots.shared ? open : open.filter((each) => executes(each) === executes(watch));
  // The slot is reserved before the architecture is asked (register_perf_hw_breakpoint).
  if (rivals.length >= (executes(watch) ? slots.execute : slots.data)) return ERRNO.ENOSPC;
  return possible ? 0 : ERRNO.EINVAL;
}

/**
 * Goes through "open", "modify", "close", "access" and "count" in their order, with a model of what
 * is armed: every access has to stop for each armed watch that it touches, and for no other.
 * Returns how many stops there were.
 */
export function judgeSequence(profile: Profile, observations: readonly Observation[]): number {
  const possible = ({ type }: Watch): boolean => {
    const name = typeName(type);
    return name !== undefined && profile.types.includes(name);
  };
  const armed = new Map<unknown, { watch: Watch; disabled: boolean; count: number }>();
  let stops = 0;
  for (const record of observations) {
    switch (record.what) {
      case 'open': {
        const watch = watchOf(record);
        const errno = openErrno(
          profile,
          watch,
          possible(watch),
          [...armed.values()].map((each) => each.watch),
        );
        expect(record.errno, `errno of opening "${record.name}", ${describe(watch)}`).toBe(errno);
        if (errno === 0) armed.set(record.name, { watch, disabled: false, count: 0 });
        break;
      }
      case 'modify': {
        const before = armed.get(record.name);
        const errno = possible(watchOf(record)) ? 0 : ERRNO.EINVAL;
        expect(record.errno, `errno of making it ${describe(watchOf(record))}`).toBe(errno);
        // It stays what it was.
        if (errno !== 0) break;
        armed.set(record.name, {
          watch: watchOf(record),
          disabled: record.disabled === true,
          count: before?.count ?? 0,
        });
        break;
      }
      case 'close':
        expect(record.errno, `errno of closing "${record.name}"`).toBe(0);
        armed.delete(record.name);
        break;
      case 'access': {
        const target = hex(record.target);
        const hit = [...armed.values()].filter(({ watch, disabled }) => !disabled && fires(watch, record, target));
        const among = [...armed.values()].map(({ watch }) => describe(watch)).join(', ') || 'nothing armed';
        judgeStops(
          profile,
          hit.map(({ watch }) => watch),
          record,
          `${record.access} at ${record.target} with ${among}`,
        );
        for (const each of hit) each.count++;
        stops += hit.length;
        break;
      }
      case 'count':
        if (!armed.has(record.name)) break;
        expect(record.count, `count of "${record.name}"`).toBe(armed.get(record.name)?.count);
        break;
    }
  }
  return stops;
}
