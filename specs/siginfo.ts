// SPDX-License-Identifier: MIT
// What the siginfo of a perf SIGTRAP must hold: include/uapi/asm-generic/siginfo.h, kernel/signal.c force_sig_perf().
import { expect } from 'vitest';
import type { Observation } from '../harness/judge/observation.ts';
import { type Case, hex } from '../harness/judge/spec.ts';

const SIGTRAP = 5;
const TRAP_PERF = 6;
/** TRAP_PERF_FLAG_ASYNC: the signal came late, since it was blocked. */
export const TRAP_FLAG_ASYNC = 1;

/** si_addr of a hit: the breakpoint's address, the page that faulted, and nothing for a uprobe. */
export function expectedAddress(judged: Case, seen: Observation): bigint {
  // perf_tp_event() has no address to give; that of the instruction is the PC.
  return judged.trigger === 'uprobe' ? 0n : hex(seen.target);
}

/** Asserts the siginfo of a synchronous hit, against what the observation says was asked for. */
export function expectSiginfo(seen: Observation, address: bigint, whose: string): void {
  expect(seen.si_signo, `${whose}: si_signo`).toBe(SIGTRAP);
  expect(seen.si_code, `${whose}: si_code`).toBe(TRAP_PERF);
  expect(seen.si_errno, `${whose}: si_errno`).toBe(0);
  expect(`0x${hex(seen.si_addr).toString(16)}`, `${whose}: si_addr`).toBe(`0x${address.toString(16)}`);
  expect(seen.si_perf_type, `${whose}: si_perf_type`).toBe(seen.askedType);
  // sig_data has 64 bits, si_perf_data those of a long: the lower ones.
  const data = BigInt.asUintN(Number(seen.bits ?? 64), hex(seen.askedData));
  expect(seen.si_perf_data, `${whose}: si_perf_data`).toBe(`0x${data.toString(16)}`);
  expect(seen.si_perf_flags, `${whose}: si_perf_flags`).toBe(0);
}
