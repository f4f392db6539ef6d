// SPDX-License-Identifier: MIT
// What all clauses have in common that are run by fasync, where the kernel cannot interrupt its own processor.
import type { Expectation } from '../harness/judge/expectation.ts';
import { signalInStep } from './interrupted-step.ts';

const late = {
  architectures: ['mips64el', 'mips', 'parisc', 'alpha', 'sh4'],
  triggers: ['page-fault', 'uprobe'],
  mechanisms: ['fasync'],
  verdict: 'deviates',
  or: ['conforms'],
  seen: new RegExp(
    [
      '\\b(stops|hits)\\b',
      '^handlers that saw the store after the trigger',
      '^the handler was given the registers of the hit: expected false',
      '^SIGTRAP is pending: expected false',
      '^of them, at the site: expected \\+0',
      '^SIG_DFL: the signal that ended the child: expected \\+0',
      '^\\w+: PCs: expected Set\\{\\} to',
      // A stop that is late has the PC of wherever the thread was by then.
      '^PC at \\w+: expected',
    ].join('|'),
  ),
  reason:
    'the signal of O_ASYNC is sent from irq_work, and an architecture that cannot interrupt its own processor does that work at the next tick of the clock: the thread has long gone on from the hit, and one signal answers all of a tick',
  reference:
    'perf_event_fasync and irq_work_queue in kernel/events/core.c; kernel/irq_work.c irq_work_tick; no arch_irq_work_has_interrupt in the include/asm of arch/mips, arch/parisc, arch/alpha and arch/sh',
} as const satisfies Partial<Expectation>;

/**
 * Expectation of the clauses: how many hits are answered in time is a matter of chance, so that each of them, now and
 * then, conforms. What is missed are stops at the site; a wrong register at one is no part of it.
 */
export const fasyncAtTheNextTick = (clauses: readonly string[]): readonly Expectation[] => [
  { ...late, clauses },
  // It can interrupt itself by then: arch/s390/include/asm/irq_work.h.
  { ...late, clauses, architectures: ['s390x'], kernelBelow: '6.1' },
  signalInStep(clauses),
];
