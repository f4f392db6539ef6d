// SPDX-License-Identifier: MIT
// What a program comes to that has signals in the middle of a uprobe's step, where the kernel takes an interrupt there
// for a fault. It has left out instructions, so that anything may follow: what it is, is not held against it.
import type { Expectation } from '../harness/judge/expectation.ts';

const astray = {
  architectures: ['s390x'],
  triggers: ['uprobe'],
  verdict: 'crashed',
  or: ['conforms', 'deviates', 'hung', 'looped', 'not-run'],
  reason:
    'an interrupt in the middle of a uprobe’s single step, with a signal pending, is taken for a fault: the handler gets the PC of the hit and goes on behind an instruction that was not executed',
  reference:
    'arch/s390/kernel/irq.c do_ext_irq, arch/s390/kernel/uprobes.c arch_uprobe_xol_was_trapped; docs/findings/s390x-uprobe-interrupted-step.md',
} as const satisfies Partial<Expectation>;

/** Expectations of a clause in which other signals come during the hits. */
export const interruptedSteps = (clause: string): readonly Expectation[] => [
  { ...astray, clauses: [clause], label: 'with', mechanisms: ['sigtrap'] },
  { ...astray, clauses: [clause], mechanisms: ['fasync', 'poll'] },
];

/** Expectations of clauses by fasync where the signal of O_ASYNC itself comes with the tick (next-tick.ts). */
export const signalInStep = (clauses: readonly string[]): readonly Expectation[] => [
  {
    ...astray,
    clauses,
    mechanisms: ['fasync'],
    kernelBelow: '6.1',
    verdict: 'deviates',
    or: ['conforms', 'crashed', 'hung', 'looped', 'not-run'],
  },
];
