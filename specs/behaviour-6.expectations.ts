// SPDX-License-Identifier: MIT
// What behaviour 6 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';
import { interruptedSteps } from './interrupted-step.ts';
import { fasyncAtTheNextTick } from './next-tick.ts';
import { executing } from './power.ts';
import { withoutStepRegister } from './step-register.ts';

export const expectations6: readonly Expectation[] = [
  {
    clauses: ['6.1', '6.2', '6.3', '6.5', '6.6', '6.7'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    seen: /^(the handler was given the registers of the hits?: expected false to be true|thread 0: stops without registers: expected 100 to be)/,
    reason: 'poll: no registers to change, and the thread has run on before the handler knows',
    reference: 'perf_event_open(2), "MMAP layout": the sample has the PC alone, and nothing of it can be written back',
  },
  {
    clauses: ['6.4'],
    architectures: [
      'arm64',
      'arm64-compat',
      'arm',
      'sparc64',
      'sparc64-compat',
      'riscv64',
      'ppc64le',
      'ppc64',
      'ppc32',
      'mips64el',
      'mips',
      'parisc',
      'loongarch64',
      'sh4',
    ],
    triggers: ['trap-instruction'],
    verdict: 'looped',
    seen: /^executions: 200 stops of one hit at its own instruction$/,
    reason:
      'the PC of a breakpoint instruction is that instruction itself, by the architecture: who leaves it alone executes it again',
    reference:
      'Arm ARM DDI 0487, D1.3 (preferred return address of BRK); SPARC V9 manual, 7.2 and A.63 (Tcc); RISC-V unprivileged ISA 2.8 (EBREAK); MIPS architecture, volume II (BREAK); LoongArch manual vol. 1, BREAK; arch/sh/kernel/traps.c debug_trap_handler (a TRAPA’s PC is set back)',
  },
  {
    clauses: ['6.4'],
    architectures: ['arm64', 'arm64-compat'],
    triggers: ['hw-breakpoint'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'looped',
    seen: /^executions: 200 stops of one hit at its own instruction; stores: 200 stops of one hit at its own instruction$/,
    reason:
      'an event with sigtrap or O_ASYNC is stepped over by the kernel only once: the single step ends at the first instruction of the handler, the breakpoint is armed again, and sigreturn comes back to it',
    reference:
      'arch/arm64/kernel/hw_breakpoint.c breakpoint_handler, reinstall_suspended_bps; the kernel’s own tools/perf/tests/sigtrap.c is skipped on arm64 for it',
  },
  {
    clauses: ['6.4'],
    architectures: ['arm64', 'arm64-compat'],
    triggers: ['hw-breakpoint'],
    mechanisms: ['fasync'],
    verdict: 'looped',
    seen: /^executions: 200 stops of one hit at its own instruction; stores: 200 stops of one hit at its own instruction$/,
    reason:
      'an event with sigtrap or O_ASYNC is stepped over by the kernel only once: the single step ends at the first instruction of the handler, the breakpoint is armed again, and sigreturn comes back to it',
    reference: 'arch/arm64/kernel/hw_breakpoint.c breakpoint_handler, reinstall_suspended_bps',
  },
  {
    clauses: ['6.4'],
    architectures: ['arm64', 'arm64-compat', 'arm'],
    triggers: ['hw-breakpoint'],
    mechanisms: ['ptrace'],
    verdict: 'looped',
    seen: /^executions: 200 stops of one hit at its own instruction; stores: 200 stops of one hit at its own instruction$/,
    reason: 'the kernel steps over breakpoints of perf’s default handler only; a debugger has to do it itself',
    reference:
      'arch/arm64/kernel/hw_breakpoint.c breakpoint_handler; arch/arm64/kernel/ptrace.c ptrace_hbptriggered; arch/arm likewise',
  },
  {
    clauses: ['6.5'],
    mechanisms: ['ptrace'],
    verdict: 'deviates',
    seen: /^returned: the handler ran in the thread: expected false to be true/,
    reason:
      'ptrace: the handler is the tracer: it has no mask of the thread to leave in order, and cannot leave by siglongjmp',
    reference: 'ptrace(2); guest/lib/tracer.c',
  },
  {
    clauses: ['6.9'],
    architectures: ['arm64', 'arm64-compat'],
    triggers: ['hw-breakpoint'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /^all breakpoints, of the program and of the debugger, were switched off after the first hit of the program/,
    reason:
      'after the first hit of the program all breakpoints of the thread stay switched off, the debugger’s too: the kernel switches them off to step over the hit, and the debugger’s PTRACE_CONT cancels that step',
    reference:
      'arch/arm64/kernel/hw_breakpoint.c breakpoint_handler (bps_disabled, user_enable_single_step); kernel/ptrace.c ptrace_resume calls user_disable_single_step; docs/findings/arm64-debugger-disarms.md',
  },
  {
    clauses: ['6.9'],
    architectures: ['arm64', 'arm64-compat'],
    triggers: ['hw-breakpoint'],
    mechanisms: ['fasync'],
    verdict: 'deviates',
    seen: /^all breakpoints, of the program and of the debugger, were switched off after the first hit of the program/,
    reason:
      'after the first hit of the program all breakpoints of the thread stay switched off, the debugger’s too: the kernel switches them off to step over the hit, and the debugger’s PTRACE_CONT cancels that step',
    reference:
      'arch/arm64/kernel/hw_breakpoint.c breakpoint_handler (bps_disabled, user_enable_single_step); kernel/ptrace.c ptrace_resume calls user_disable_single_step; docs/findings/arm64-debugger-disarms.md',
  },
  {
    clauses: ['6.9'],
    architectures: ['riscv64'],
    triggers: ['uprobe'],
    mechanisms: ['fasync'],
    kernelBelow: '6.12',
    verdict: 'hung',
    reason:
      'in a program that has a uprobe every ebreak goes to uprobes, which know the two-byte one alone: the debugger’s of four bytes is taken for a uprobe that was just removed, and is executed again, for ever',
    reference:
      'handle_swbp and the weak is_trap_insn in kernel/events/uprobes.c, is_swbp_insn in arch/riscv/kernel/probes/uprobes.c; docs/findings/riscv64-uprobe-ebreak.md',
  },
  {
    clauses: ['6.9'],
    architectures: ['riscv64'],
    triggers: ['uprobe'],
    mechanisms: ['sigtrap'],
    label: 'with',
    kernelBelow: '6.12',
    verdict: 'hung',
    reason:
      'in a program that has a uprobe every ebreak goes to uprobes, which know the two-byte one alone: the debugger’s of four bytes is taken for a uprobe that was just removed, and is executed again, for ever',
    reference:
      'handle_swbp and the weak is_trap_insn in kernel/events/uprobes.c, is_swbp_insn in arch/riscv/kernel/probes/uprobes.c; docs/findings/riscv64-uprobe-ebreak.md',
  },
  ...fasyncAtTheNextTick(['6.1', '6.2', '6.3', '6.4', '6.5', '6.6', '6.7', '6.9']),
  ...withoutStepRegister(
    ['6.3', '6.4', '6.5', '6.6', '6.7'],
    ['6.3', '6.4', '6.5', '6.6', '6.7'],
    ['6.1', '6.2', '6.3', '6.4', '6.5', '6.6', '6.7'],
  ),
  ...executing(['6.1', '6.2', '6.3', '6.4', '6.5', '6.6', '6.7', '6.9']),
  ...interruptedSteps,
];
