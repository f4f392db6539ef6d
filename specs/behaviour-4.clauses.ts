// SPDX-License-Identifier: MIT
// Behaviour 4: its clauses, and where each can be exercised.
import type { ClauseDefinition } from '../harness/judge/clause.ts';

export const behaviour4: readonly ClauseDefinition[] = [
  {
    id: '4.1',
    title:
      'data: the PC in the context is the triggering instruction or the next one, exactly as the architecture’s profile says',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '4.2',
    title: 'execute: the PC is the breakpoint’s address, and the instruction has not executed',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '4.3',
    title: 'the general registers in the context are those at the trap',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '4.4',
    title: 'on an alternate signal stack, when one is asked for',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '4.5',
    title: 'on a call, a return, a taken and an untaken branch, the PC is the right one',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '4.6',
    title: 'SPARC, straight line: nPC = PC + 4',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
  {
    id: '4.7',
    title: 'SPARC, in the delay slot of a taken branch: PC is the slot, nPC is the branch’s target',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
  {
    id: '4.8',
    title: 'SPARC, annulled slot: it does not trigger; ba,a and an untaken bcc,a included',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
  {
    id: '4.9',
    title: 'SPARC, delay slot of a call and of a return (jmpl, return): nPC is the target',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
];
