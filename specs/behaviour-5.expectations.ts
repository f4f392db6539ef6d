// SPDX-License-Identifier: MIT
// What behaviour 5 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';
import { fasyncAtTheNextTick } from './next-tick.ts';
import { executing } from './power.ts';
import { withoutStepRegister } from './step-register.ts';

const executesMisaligned = {
  clauses: ['5.5'],
  architectures: ['s390x', 'm68k', 'loongarch64'],
  verdict: 'not-emulated',
  seen: /^the emulator executes at a misaligned PC/,
  reason:
    'QEMU executes at a misaligned PC where the architecture has an exception: a program that jumps to one by itself goes on there too',
  reference: 'guest/probes/control.c try_misaligned_pc; docs/findings/qemu-misaligned-pc.md',
} as const satisfies Partial<Expectation>;

const levelInAddress = {
  clauses: ['5.9'],
  architectures: ['parisc'],
  verdict: 'deviates',
  seen: /^an address with its low bits set was refused; it was gone to without them/,
  reason:
    'the hardware defines it otherwise: the two low bits of PC and nPC are the privilege level, of which none is misaligned; whatever the handler leaves there, the kernel puts the level of a program, and it goes on',
  reference:
    'PA-RISC 1.1 Architecture and Instruction Set Reference Manual, instruction address queues; arch/parisc/kernel/entry.S syscall_exit_rfi',
} as const satisfies Partial<Expectation>;

const refusedInTwoWays = {
  clauses: ['5.5'],
  architectures: ['mips64el', 'mips'],
  verdict: 'not-emulated',
  or: ['conforms'],
  seen: /^the emulator refuses a misaligned PC now in one way and now in another/,
  reason:
    'QEMU gives the address of a misaligned fetch only when it translates what lies there: afterwards the kernel finds the address of another fault, and takes it for a misaligned access that it has to emulate',
  reference:
    'guest/probes/control.c try_misaligned_pc; arch/mips/kernel/unaligned.c do_ade; docs/findings/qemu-mips-misaligned-fetch.md',
} as const satisfies Partial<Expectation>;

const decodedMisaligned = {
  clauses: ['5.5'],
  architectures: ['sh4'],
  verdict: 'not-emulated',
  seen: /^the emulator decodes what lies at a misaligned PC/,
  reason:
    'an SH-4 raises an address error for a fetch from an odd address, and QEMU decodes what it finds there: an illegal instruction, SIGILL',
  reference:
    'SH-4 Software Manual 5.6 (instruction address error); arch/sh/kernel/traps_32.c do_address_error; guest/probes/control.c try_misaligned_pc; docs/findings/qemu-sh4-odd-pc.md',
} as const satisfies Partial<Expectation>;

export const expectations5: readonly Expectation[] = [
  {
    clauses: ['5.1', '5.2', '5.3', '5.4', '5.5', '5.6'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    seen: /^(unmapped: the handler was given the registers|the handler was given the registers of the hit): expected false to be true/,
    reason: 'poll: no registers to change, and the thread has run on before the handler knows',
    reference: 'perf_event_open(2), "MMAP layout": the sample has the PC alone, and nothing of it can be written back',
  },
  {
    clauses: ['5.1'],
    architectures: ['x86_64', 'x86_64-compat', 'i386'],
    triggers: ['hw-breakpoint'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /^the store that was stepped over had taken effect before the trap/,
    reason:
      'the hardware defines it otherwise: a data breakpoint is a trap, taken after the access, which the handler cannot undo; at an execute breakpoint, judged in the same clause, the instruction is stepped over and has no effect',
    reference: 'Intel SDM vol. 3B 18.3.1.2 (data memory breakpoint conditions are traps); guest/probes/step_over.c',
  },
  {
    clauses: ['5.1'],
    architectures: ['x86_64', 'x86_64-compat', 'i386'],
    triggers: ['hw-breakpoint'],
    mechanisms: ['fasync', 'ptrace'],
    verdict: 'deviates',
    seen: /^the store that was stepped over had taken effect before the trap/,
    reason:
      'the hardware defines it otherwise: a data breakpoint is a trap, taken after the access, which the handler cannot undo; at an execute breakpoint, judged in the same clause, the instruction is stepped over and has no effect',
    reference: 'Intel SDM vol. 3B 18.3.1.2 (data memory breakpoint conditions are traps); guest/probes/step_over.c',
  },
  {
    clauses: ['5.4'],
    architectures: ['x86_64', 'x86_64-compat', 'i386'],
    triggers: ['hw-breakpoint'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /^the resume flag is set in the context, and the breakpoint at the new PC was passed over/,
    reason:
      'the resume flag leaks: an execute hit leaves EFLAGS.RF in the context, so that a breakpoint at the PC that the handler chose is passed over; with RF cleared by the handler it fires',
    reference:
      'arch/x86/kernel/hw_breakpoint.c hw_breakpoint_handler sets RF; FIX_EFLAGS of arch/x86/include/asm/sighandling.h has sigreturn restore it; Intel SDM vol. 3B 18.3.1.1; docs/findings/x86-resume-flag.md',
  },
  {
    clauses: ['5.4'],
    architectures: ['x86_64', 'x86_64-compat', 'i386'],
    triggers: ['hw-breakpoint'],
    mechanisms: ['fasync', 'ptrace'],
    verdict: 'deviates',
    seen: /^the resume flag is set in the context, and the breakpoint at the new PC was passed over/,
    reason:
      'the resume flag leaks: an execute hit leaves EFLAGS.RF in the context, so that a breakpoint at the PC that the handler chose is passed over; with RF cleared by the handler it fires',
    reference:
      'arch/x86/kernel/hw_breakpoint.c hw_breakpoint_handler sets RF; sigreturn and PTRACE_SETREGS (FLAG_MASK of arch/x86/kernel/ptrace.c) keep it; Intel SDM vol. 3B 18.3.1.1; docs/findings/x86-resume-flag.md',
  },
  {
    clauses: ['5.7', '5.8', '5.9'],
    architectures: ['sparc64', 'sparc64-compat', 'parisc'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    seen: /: the handler was given registers to change: expected false to be true/,
    reason: 'poll: no registers to change, and the thread has run on before the handler knows',
    reference: 'perf_event_open(2): the sample has the PC alone; nothing of it can be written back',
  },
  { ...levelInAddress, triggers: ['page-fault'], label: 'with', mechanisms: ['sigtrap'] },
  { ...levelInAddress, triggers: ['page-fault'], mechanisms: ['fasync'] },
  { ...levelInAddress, triggers: ['trap-instruction'] },
  {
    clauses: ['5.6'],
    architectures: ['arm'],
    triggers: ['uprobe'],
    mechanisms: ['sigtrap', 'fasync', 'poll'],
    verdict: 'deviates',
    seen: /^perf_event_open was refused with errno 22 /,
    reason:
      'no uprobes in Thumb code: the kernel refuses addresses that are no multiple of 4 with EINVAL, where the clause’s Thumb instructions lie',
    reference: 'arch/arm/probes/uprobes/core.c arch_uprobe_analyze_insn ("Thumb not yet support")',
  },
  ...withoutStepRegister(['5.5'], ['5.5'], ['5.1', '5.2', '5.3', '5.4', '5.5', '5.6']),
  ...executing(['5.1', '5.2', '5.3', '5.4', '5.5', '5.6']),
  { ...executesMisaligned, triggers: ['page-fault', 'uprobe'], label: 'with', mechanisms: ['sigtrap'] },
  { ...executesMisaligned, mechanisms: ['fasync', 'ptrace', 'none'] },
  { ...decodedMisaligned, triggers: ['page-fault'], label: 'with', mechanisms: ['sigtrap'] },
  { ...decodedMisaligned, mechanisms: ['ptrace', 'none'] },
  { ...refusedInTwoWays, triggers: ['page-fault', 'uprobe'], label: 'with', mechanisms: ['sigtrap'] },
  { ...refusedInTwoWays, mechanisms: ['ptrace', 'none'] },
  ...fasyncAtTheNextTick(['5.1', '5.2', '5.3', '5.4', '5.5', '5.6', '5.7', '5.8', '5.9']),
];
