// SPDX-License-Identifier: MIT
// What clauses have in common on Power: registers for data alone, which the kernel steps over, and what QEMU makes of them.
import type { Expectation } from '../harness/judge/expectation.ts';

const common = {
  architectures: ['ppc64le', 'ppc64'],
  triggers: ['hw-breakpoint'],
} as const satisfies Partial<Expectation>;

const withoutExecution = {
  ...common,
  verdict: 'unsupported',
  reason:
    'the kernel has registers for data alone: the processor’s one for a completed instruction (CIABR) is none of perf’s',
  reference:
    'hw_breakpoint_slots in arch/powerpc/kernel/hw_breakpoint.c, hw_breakpoint_event_init in kernel/events/hw_breakpoint.c (EOPNOTSUPP); ppc_gethwdinfo in arch/powerpc/kernel/ptrace/ptrace-noadv.c (none for instructions)',
} as const satisfies Partial<Expectation>;

/** Clauses that arm an execute watch. */
export const executing = (clauses: readonly string[]): readonly Expectation[] => [
  {
    ...withoutExecution,
    clauses,
    // ENOSPC in 5.10, which counts no registers for execution among those that are free.
    seen: /^(perf_event_open was refused with errno (28|95) |perf_event_open .*; without sigtrap the event gives errno (28|95)$|ptrace was refused with errno 19 )/,
  },
];

const bySigtrap = { ...common, label: 'with', mechanisms: ['sigtrap'] } as const satisfies Partial<Expectation>;

export const registersOfPower: readonly Expectation[] = [
  ...executing(['1.8']),
  {
    ...bySigtrap,
    clauses: ['1.1'],
    verdict: 'unsupported',
    seen: /^no four registers: 2 for data and 0 for execution, which work together$/,
    reason: 'a POWER10 has two data watchpoints; both are judged and hold',
    reference:
      'nr_wp_slots in arch/powerpc/include/asm/hw_breakpoint.h; Power ISA 3.1B, book III 10.4 (DAWR0 and DAWR1)',
  },
  {
    ...bySigtrap,
    clauses: ['1.9'],
    verdict: 'unsupported',
    seen: /^no registers for execution; those for data do not disturb each other$/,
    reason: withoutExecution.reason,
    reference: withoutExecution.reference,
  },
  {
    ...bySigtrap,
    clauses: ['1.4'],
    verdict: 'not-emulated',
    seen: /^the emulator never traps here: a watch for w of 16 bytes behind the end of a doubleword, .*stops at 0x\w+6, 0x\w+7, 0x\w+8, 0x\w+9: store1 around a watch of 2 byte\(s\) of type w at 0x\w+7: expected \[ \+0, 1, \+0, \+0 \] to deeply equal \[ \+0, 1, 1, \+0 \]/,
    reason:
      'QEMU takes the length of a watch from the wrong bits of DAWRX: of one that lies in two doublewords it watches the first alone; those within one are judged and hold',
    reference: 'guest/selftest/powerpc, which needs no kernel; docs/findings/qemu-power-user-watch.md',
  },
  {
    ...bySigtrap,
    clauses: ['1.10'],
    verdict: 'deviates',
    seen: /: load_reserved around a watch of 1 byte\(s\) of type rw at 0x\w+: expected \[ \+0 \] to deeply equal \[ 1 \]/,
    reason:
      'a load with reservation (ldarx) that hits is not reported, and ends the event: the kernel can neither emulate it nor step over it, says so in its log, and disables the event',
    reference: 'larx_stcx_err in arch/powerpc/kernel/hw_breakpoint.c',
  },
  {
    ...bySigtrap,
    clauses: ['1.12'],
    verdict: 'deviates',
    seen: /^a stop with sig_data 0xc04: store1 at 0x\w+ with a watch of 1 byte\(s\) of type w /,
    reason:
      'a modification that is refused (to an execute watch) changes sig_data all the same: it is copied before the rest is looked at',
    reference: 'perf_event_modify_attr in kernel/events/core.c; docs/findings/refused-modify.md',
  },
  {
    ...bySigtrap,
    clauses: ['1.15'],
    verdict: 'not-emulated',
    seen: /^the emulator never traps here: a watch for r?w of 8 bytes in user mode alone, /,
    reason:
      'QEMU takes the bit of DAWRX for problem state from the place of that for the kernel: an ordinary user’s watch, from which the kernel is excluded, never traps',
    reference: 'guest/selftest/powerpc, which needs no kernel; docs/findings/qemu-power-user-watch.md',
  },
  {
    ...bySigtrap,
    clauses: ['1.16'],
    verdict: 'deviates',
    seen: /^errno of each request \(0: not refused\): type R\|X: errno 0 where 22 is documented; type W\|X: errno 0 where 22 is documented; length 2\^63: errno 0 where 22 is documented: /,
    reason:
      'two kinds of requests are taken that no register can be: R or W together with X, of which X is dropped, and lengths whose lowest 16 bits are a valid one',
    reference:
      'hw_breakpoint_arch_parse in arch/powerpc/kernel/hw_breakpoint.c; docs/findings/power-breakpoint-requests.md',
  },
];

const leftOff = {
  ...bySigtrap,
  verdict: 'deviates',
  or: ['conforms'],
  reason:
    'a thread that is switched away between a hit and its step, for another one with the same inherited event, leaves the other one with the register switched off: it loses its hits until it is armed again',
  reference:
    'hw_breakpoint_handler in arch/powerpc/kernel/hw_breakpoint.c (hw_breakpoint_disable), perf_event_context_sched_out in kernel/events/core.c, which exchanges the events; docs/findings/power-step-of-another-thread.md',
} as const satisfies Partial<Expectation>;

export const familiesOnPower: readonly Expectation[] = [
  { ...leftOff, clauses: ['2.6'], seen: /^child \d+: stops for its \d+ hits: expected \d+ to be \d+/ },
  {
    ...bySigtrap,
    clauses: ['2.4'],
    verdict: 'unsupported',
    seen: /^perf_event_open was refused with errno 28 /,
    reason: 'a POWER10 has two data watchpoints, and the clause wants four',
    reference: 'nr_wp_slots in arch/powerpc/include/asm/hw_breakpoint.h',
  },
];

const userAlone = {
  ...common,
  clauses: ['3.9'],
  verdict: 'not-emulated',
  seen: /^the emulator never traps here: a watch for w of 8 bytes in user mode alone, .*stops for the program's own store afterwards: expected \+0 to be 1/,
  reason:
    'QEMU takes the bit of DAWRX for problem state from the place of that for the kernel: a watch from which the kernel is excluded never traps',
  reference: 'guest/selftest/powerpc, which needs no kernel; docs/findings/qemu-power-user-watch.md',
} as const satisfies Partial<Expectation>;

export const deliveryOnPower: readonly Expectation[] = [
  { ...userAlone, label: 'with', mechanisms: ['sigtrap'] },
  { ...userAlone, mechanisms: ['fasync', 'poll'] },
  {
    ...common,
    clauses: ['3.9'],
    mechanisms: ['ptrace'],
    verdict: 'deviates',
    seen: /^pipe: stops: expected \d+ to be \+0/,
    reason:
      'a debugger’s watch counts the kernel’s accesses too: the event behind it does not exclude the kernel, as on other architectures, and read(2) into the watched memory stops the thread',
    reference:
      'ppc_set_hwdebug in arch/powerpc/kernel/ptrace/ptrace-noadv.c (hw_breakpoint_init, where others have ptrace_breakpoint_init), HW_BRK_TYPE_PRIV_ALL',
  },
];

const oops = '^the guest was lost \\(oops\\): BUG: Kernel NULL pointer dereference';

/** Which of it comes to pass is a matter of when. */
export const signalsOnPower: readonly Expectation[] = [
  {
    ...common,
    clauses: ['3.1', '3.2', '3.3', '3.4', '3.6', '3.7', '3.8', '3.10', '4.1'],
    mechanisms: ['fasync'],
    kernelFrom: '7.3',
    verdict: 'crashed',
    or: ['deviates', 'not-run'],
    seen: new RegExp(
      [
        oops,
        '^the probe died of signal 11$',
        '^the probe recorded 0 "program" where the judge needs one$',
        '^of them, at the site: expected \\+0 to be 1',
        '^blocked: stops of the hit outside and the hit in the handler: expected 3 to be 2',
        '^stops for one hit: expected \\+0 to be 1',
      ].join('|'),
    ),
    reason:
      'the signal of O_ASYNC comes late: on the way back to the program the interrupt that sends it is let through, and nobody looks for signals after that, until the next entry into the kernel. Where that is the next hit, the kernel dereferences NULL: with a signal pending it arms both registers again, though one has no event',
    reference:
      'interrupt_exit_user_prepare in arch/powerpc/kernel/interrupt.c (6.1 looks again), thread_change_pc in arch/powerpc/kernel/hw_breakpoint.c; docs/findings/power-late-signals.md, power-pending-signal.md',
  },
  { ...leftOff, clauses: ['3.1'], seen: /^inherited event: stops said to be of each thread: expected/ },
  { ...leftOff, clauses: ['3.5'], seen: /^(their hits|children's hits) without a stop: expected \d+ to be \+0/ },
  // From 7.3 on the other thread may end in an oops as well.
  {
    ...leftOff,
    clauses: ['3.1'],
    kernelFrom: '7.3',
    or: ['crashed', 'conforms'],
    seen: new RegExp(`${oops}|^inherited event: stops said to be of each thread: expected`),
  },
];
