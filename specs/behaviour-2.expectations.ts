// SPDX-License-Identifier: MIT
// What behaviour 2 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';
import { familiesOnPower } from './power.ts';
import { withoutStepRegister } from './step-register.ts';

const lostAfterSwitch = {
  clauses: ['2.1', '2.2'],
  label: 'with',
  triggers: ['uprobe'],
  mechanisms: ['sigtrap'],
  verdict: 'deviates',
  seen: /stops for its \d+ hits: expected/,
  reason:
    'hits of an inherited uprobe event are lost, and missing from its count, once task and clone have switched with each other on one processor: in the parent and the child after a fork, in the parent and later threads after a thread’s exit. The others keep an event beside it that is not inherited, and lose none (record "setup", keptApart): it looks as if the exchange of event contexts made the event filter by another task’s memory, or by that of one that has exited',
  reference:
    'kernel/events/core.c perf_event_context_sched_out; kernel/trace/trace_uprobe.c __uprobe_perf_filter (event->hw.target->mm); docs/findings/uprobe-inherited-hits-lost.md',
} as const satisfies Partial<Expectation>;

export const expectations2: readonly Expectation[] = [
  {
    // SPARC’s kernels are not expected to survive it: nothing else is known of what comes after.
    clauses: ['2.1'],
    architectures: ['sparc64', 'sparc64-compat'],
    label: 'with',
    triggers: ['page-fault'],
    mechanisms: ['sigtrap'],
    verdict: 'hung',
    seen: /^the guest was lost/,
    reason:
      'a fork while an inherited page-fault event is armed: the kernel faults for ever as it sets up the signal’s frame; whether it or the emulator is at fault is not settled. The other clauses keep the event off across a fork (record "setup", offAcrossFork)',
    reference: 'docs/findings/sparc64-fork-under-page-fault.md',
  },
  {
    clauses: ['2.11'],
    architectures: ['sparc64', 'sparc64-compat'],
    label: 'with',
    triggers: ['page-fault'],
    mechanisms: ['sigtrap'],
    kernelFrom: '7.3',
    verdict: 'conforms',
    or: ['hung'],
    seen: /^the guest was lost/,
    reason:
      'by chance the kernel faults for ever in it, as in 2.1: once in two boots. Kernels without clone3 do not get so far',
    reference: 'docs/findings/sparc64-fork-under-page-fault.md',
  },
  lostAfterSwitch,
  {
    ...lostAfterSwitch,
    architectures: ['arm', 'ppc32', 'mips64el', 'mips'],
    or: ['conforms'],
    reason: `${lostAfterSwitch.reason}; whether they switch is a matter of chance here`,
  },
  {
    clauses: ['2.11'],
    architectures: ['sh4'],
    label: 'with',
    verdict: 'unsupported',
    reason: 'CLONE_CLEAR_SIGHAND is a flag of clone3 alone, and SuperH has no clone3: ENOSYS (38)',
    reference:
      'arch/sh/kernel/syscalls/syscall.tbl (435 is reserved for clone3); kernel/fork.c, CLONE_CLEAR_SIGHAND beyond 32 bits',
  },
  {
    clauses: ['2.11'],
    architectures: ['sparc64', 'sparc64-compat'],
    label: 'with',
    kernelBelow: '7.3',
    verdict: 'unsupported',
    reason: 'CLONE_CLEAR_SIGHAND is a flag of clone3 alone, which SPARC has not yet: ENOSYS (90)',
    reference:
      'arch/sparc/kernel/syscalls/syscall.tbl 435, reserved in 6.12 and there in 7.3; kernel/fork.c, CLONE_CLEAR_SIGHAND beyond 32 bits',
  },
  ...withoutStepRegister(
    ['2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.8', '2.9', '2.10', '2.11', '2.12'],
    [],
    [],
  ),
  ...familiesOnPower,
];
