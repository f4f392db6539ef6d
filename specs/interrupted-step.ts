// SPDX-License-Identifier: MIT
// What a program comes to that has signals in the middle of a uprobe's step, where the kernel takes an interrupt there
// for a fault: it has left out instructions, and loses its way.
import type { Expectation } from '../harness/judge/expectation.ts';

/** It died, never ended, went through itself several times, or called something with nonsense. */
const LOST = '^the probe (died of signal|recorded \\d+ "|could not work)|^no answer within|^the guest was lost';
/** What it recorded does not fit together: the checks of 6.6 behind that of the registers. */
const UNFIT = '^(hits|stops|signals (sent|of the storm)|mask of each hit|count of the event|SIGALRMs)\\b';

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

/** Expectations of 6.6, in which other signals come during the hits. */
export const interruptedSteps: readonly Expectation[] = [
  { label: 'with' as const, mechanisms: ['sigtrap'] as const },
  { mechanisms: ['fasync', 'poll'] as const },
].map((of) => ({ ...astray, ...of, clauses: ['6.6'], seen: new RegExp(`${LOST}|${UNFIT}`) }));

/** Expectation of clauses by fasync where the signal of O_ASYNC itself comes with the tick (next-tick.ts has the rest). */
export const signalInStep = (clauses: readonly string[]): Expectation => ({
  ...astray,
  clauses,
  mechanisms: ['fasync'],
  kernelBelow: '6.1',
  seen: new RegExp(LOST),
});
