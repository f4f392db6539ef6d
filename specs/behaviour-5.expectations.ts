// SPDX-License-Identifier: MIT
// What behaviour 5 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';

export const expectations5: readonly Expectation[] = [
  {
    clauses: ['5.1', '5.2', '5.3', '5.4', '5.5', '5.6'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    reason: 'poll: no registers to change, and the thread has run on before the handler knows',
    reference: 'perf_event_open(2), "MMAP layout": the sample has the PC alone, and nothing of it can be written back',
  },
  {
    clauses: ['5.4'],
    architectures: ['x86_64'],
    triggers: ['hw-breakpoint'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    reason:
      'the resume flag leaks: an execute hit leaves EFLAGS.RF in the context, so that a breakpoint at the PC that the handler chose is passed over; with RF cleared by the handler it fires',
    reference:
      'arch/x86/kernel/hw_breakpoint.c hw_breakpoint_handler sets RF; FIX_EFLAGS of arch/x86/include/asm/sighandling.h has sigreturn restore it; Intel SDM vol. 3B 18.3.1.1; docs/findings/x86-resume-flag.md',
  },
  {
    clauses: ['5.4'],
    architectures: ['x86_64'],
    triggers: ['hw-breakpoint'],
    mechanisms: ['fasync', 'ptrace'],
    verdict: 'deviates',
    reason:
      'the resume flag leaks: an execute hit leaves EFLAGS.RF in the context, so that a breakpoint at the PC that the handler chose is passed over; with RF cleared by the handler it fires',
    reference:
      'arch/x86/kernel/hw_breakpoint.c hw_breakpoint_handler sets RF; sigreturn and PTRACE_SETREGS (FLAG_MASK of arch/x86/kernel/ptrace.c) keep it; Intel SDM vol. 3B 18.3.1.1; docs/findings/x86-resume-flag.md',
  },
  {
    clauses: ['5.7', '5.8', '5.9'],
    architectures: ['sparc64'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    reason: 'poll: no registers to change, and the thread has run on before the handler knows',
    reference: 'perf_event_open(2): the sample has the PC alone; nothing of it can be written back',
  },
];
