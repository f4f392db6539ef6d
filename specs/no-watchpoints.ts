// SPDX-License-Identifier: MIT
// What every clause has in common where the emulator has none of the debug registers that the kernel could use.
import type { Expectation } from '../harness/judge/expectation.ts';
import { clauses } from './clauses.ts';

export const withoutWatchpoints: Expectation = {
  clauses: clauses.map(({ id }) => id),
  architectures: ['loongarch64'],
  triggers: ['hw-breakpoint'],
  verdict: 'unsupported',
  seen: /^(perf_event_open was refused with errno 95 |perf_event_open .*; without sigtrap the event gives errno 95$|ptrace was refused with errno 28 )/,
  reason:
    'the kernel has hardware breakpoints since Linux 6.3, and the emulator none: the counts of registers that it reads are zero, so perf says EOPNOTSUPP, and a debugger finds no slot',
  reference:
    'get_num_brps and get_num_wrps in arch/loongarch/include/asm/hw_breakpoint.h (CSR.FWPC, CSR.MWPC); QEMU target/loongarch, registers of control and status that are not defined read as 0 (10.0.2); docs/findings/qemu-loongarch-watchpoints.md',
};
