// SPDX-License-Identifier: MIT
// What behaviour 2 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';

export const expectations2: readonly Expectation[] = [
  {
    clauses: ['2.1', '2.2'],
    label: 'with',
    triggers: ['uprobe'],
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    reason:
      'at a switch between a task and its clone the kernel exchanges their event contexts, and a uprobe event then filters by the other task’s memory: its hits are lost. With an event beside it that is not inherited, which prevents the exchange, the other clauses hold',
    reference:
      'kernel/events/core.c perf_event_context_sched_out; kernel/trace/trace_uprobe.c __uprobe_perf_filter (event->hw.target->mm); docs/findings/uprobe-inherited-hits-lost.md',
  },
  {
    clauses: ['2.11'],
    architectures: ['sparc64'],
    label: 'with',
    verdict: 'unsupported',
    reason: 'CLONE_CLEAR_SIGHAND is a flag of clone3 alone, and SPARC has no clone3: ENOSYS (90)',
    reference: 'arch/sparc/kernel/syscalls/syscall.tbl 435; kernel/fork.c, CLONE_CLEAR_SIGHAND beyond 32 bits',
  },
];
