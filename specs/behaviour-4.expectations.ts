// SPDX-License-Identifier: MIT
// What behaviour 4 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';
import { fasyncAtTheNextTick } from './next-tick.ts';
import { executing, signalsOnPower } from './power.ts';
import { withoutStepRegister } from './step-register.ts';

const untakenByUprobe = {
  clauses: ['4.5'],
  architectures: ['arm'],
  triggers: ['uprobe'],
  verdict: 'deviates',
  seen: /^stops at untaken: expected \+0 to be 1$/,
  reason:
    'an instruction whose condition does not hold is no hit of a uprobe: the kernel passes over it and reports nothing, so that a branch that is not taken never stops the thread',
  reference: 'arch/arm/probes/uprobes/core.c arch_uprobe_ignore; docs/findings/arm-uprobe-condition.md',
} as const satisfies Partial<Expectation>;

const stepsAstray = {
  clauses: ['4.5'],
  architectures: ['s390x'],
  triggers: ['uprobe'],
  verdict: 'not-emulated',
  seen: /^the emulator steps wrongly/,
  reason:
    'QEMU does not follow a branch under PER, by which uprobes go past their instruction: a debugger’s single step over a branch ends behind it too',
  reference: 'guest/probes/control.c try_step; docs/findings/qemu-s390x-single-step.md',
} as const satisfies Partial<Expectation>;

export const expectations4: readonly Expectation[] = [
  {
    clauses: ['4.1', '4.2', '4.3', '4.4', '4.5'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    seen: /^(the handler was given the registers of the hit|registers at (call|callTarget)): expected false to be true/,
    reason:
      'poll: a sample in a ring buffer, read late by another thread, has no registers; no handler runs in the thread',
    reference: 'perf_event_open(2), "MMAP layout": the sample has the PC alone, and nothing of it can be written back',
  },
  {
    clauses: ['4.4'],
    mechanisms: ['ptrace'],
    verdict: 'deviates',
    seen: /^the handler ran in the thread: expected false to be true/,
    reason:
      'ptrace: the handler is the tracer, a process with a stack of its own; the program’s alternate stack is not used',
    reference: 'ptrace(2), "Signal injection and suppression"; guest/lib/tracer.c',
  },
  {
    clauses: ['4.6', '4.7', '4.8', '4.9'],
    architectures: ['sparc64', 'sparc64-compat', 'parisc'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    seen: /^\d+ of \d+ sites: ([^:;]+: the handler was given the registers: expected false to be true(; )?)+$/,
    reason: 'poll: no registers, so no nPC, and the thread runs on meanwhile',
    reference: 'perf_event_open(2): the sample has the PC alone; specs/next-pc.ts wants nPC too',
  },
  {
    clauses: ['4.7'],
    architectures: ['sparc64'],
    label: 'with',
    triggers: ['uprobe'],
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /^7 of 11 sites: ((\w+, (execute|nop) in the slot, trigger at the slot: the transfer of control was lost, and PC is behind the slot|taken_register, execute in the slot, trigger at the branch: nPC in the context): expected [^;]+(; )?){7}$/,
    reason:
      'a uprobe in the delay slot loses the taken branch: nPC is overwritten by PC + 4 before the slot is stepped; one on a taken branch on register jumps relative to the copied instruction',
    reference:
      'handle_swbp in kernel/events/uprobes.c with instruction_pointer_set of arch/sparc/include/asm/ptrace.h; relbranch_fixup in arch/sparc/kernel/uprobes.c; docs/findings/sparc64-uprobe-delay-slots.md',
  },
  {
    clauses: ['4.7'],
    architectures: ['sparc64'],
    triggers: ['uprobe'],
    mechanisms: ['fasync'],
    verdict: 'deviates',
    seen: /^7 of 11 sites: ((\w+, (execute|nop) in the slot, trigger at the slot: the transfer of control was lost, and PC is behind the slot|taken_register, execute in the slot, trigger at the branch: nPC in the context): expected [^;]+(; )?){7}$/,
    reason:
      'a uprobe in the delay slot loses the taken branch: nPC is overwritten by PC + 4 before the slot is stepped; one on a taken branch on register jumps relative to the copied instruction',
    reference:
      'handle_swbp in kernel/events/uprobes.c with instruction_pointer_set of arch/sparc/include/asm/ptrace.h; relbranch_fixup in arch/sparc/kernel/uprobes.c; docs/findings/sparc64-uprobe-delay-slots.md',
  },
  {
    clauses: ['4.8'],
    architectures: ['sparc64'],
    label: 'with',
    triggers: ['uprobe'],
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /^9 of 16 sites: ((\w+, (execute|nop) in the slot, trigger at the slot: the transfer of control was lost, and PC is behind the slot|annul_taken_register, execute in the slot, trigger at the branch: nPC in the context|annul_(always|untaken)\w*, execute in the slot, trigger at the branch: the annulled slot is not skipped, PC is at it): expected [^;]+(; )?){9}$/,
    reason:
      'a uprobe on an annulling branch makes the annulled slot run: the copy is stepped without the annul bit, and nothing skips the slot afterwards; in the slot of a taken one the branch is lost',
    reference:
      'arch_uprobe_copy_ixol and arch_uprobe_post_xol in arch/sparc/kernel/uprobes.c; docs/findings/sparc64-uprobe-delay-slots.md',
  },
  {
    clauses: ['4.8'],
    architectures: ['sparc64'],
    triggers: ['uprobe'],
    mechanisms: ['fasync'],
    verdict: 'deviates',
    seen: /^9 of 16 sites: ((\w+, (execute|nop) in the slot, trigger at the slot: the transfer of control was lost, and PC is behind the slot|annul_taken_register, execute in the slot, trigger at the branch: nPC in the context|annul_(always|untaken)\w*, execute in the slot, trigger at the branch: the annulled slot is not skipped, PC is at it): expected [^;]+(; )?){9}$/,
    reason:
      'a uprobe on an annulling branch makes the annulled slot run: the copy is stepped without the annul bit, and nothing skips the slot afterwards; in the slot of a taken one the branch is lost',
    reference:
      'arch_uprobe_copy_ixol and arch_uprobe_post_xol in arch/sparc/kernel/uprobes.c; docs/findings/sparc64-uprobe-delay-slots.md',
  },
  {
    clauses: ['4.9'],
    architectures: ['sparc64'],
    label: 'with',
    triggers: ['uprobe'],
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /^6 of 11 sites: (\w+, (execute|nop) in the slot, trigger at the slot: the transfer of control was lost, and PC is behind the slot: expected [^;]+(; )?){6}$/,
    reason:
      'a uprobe in the delay slot of a call or a return loses the transfer of control: nPC is overwritten by PC + 4 before the slot is stepped',
    reference:
      'handle_swbp in kernel/events/uprobes.c with instruction_pointer_set of arch/sparc/include/asm/ptrace.h; docs/findings/sparc64-uprobe-delay-slots.md',
  },
  {
    clauses: ['4.9'],
    architectures: ['sparc64'],
    triggers: ['uprobe'],
    mechanisms: ['fasync'],
    verdict: 'deviates',
    seen: /^6 of 11 sites: (\w+, (execute|nop) in the slot, trigger at the slot: the transfer of control was lost, and PC is behind the slot: expected [^;]+(; )?){6}$/,
    reason:
      'a uprobe in the delay slot of a call or a return loses the transfer of control: nPC is overwritten by PC + 4 before the slot is stepped',
    reference:
      'handle_swbp in kernel/events/uprobes.c with instruction_pointer_set of arch/sparc/include/asm/ptrace.h; docs/findings/sparc64-uprobe-delay-slots.md',
  },
  { ...untakenByUprobe, label: 'with', mechanisms: ['sigtrap'] },
  { ...untakenByUprobe, mechanisms: ['fasync'] },
  ...fasyncAtTheNextTick(['4.1', '4.2', '4.3', '4.4', '4.5', '4.6', '4.7', '4.8', '4.9']),
  ...withoutStepRegister([], [], ['4.1', '4.2', '4.3', '4.4', '4.5']),
  ...executing(['4.2', '4.3', '4.4', '4.5']),
  ...signalsOnPower,
  { ...stepsAstray, label: 'with', mechanisms: ['sigtrap'] },
  { ...stepsAstray, mechanisms: ['fasync', 'poll'] },
];
