// SPDX-License-Identifier: MIT
// Behaviour 5: its clauses, and where each can be exercised.
import type { ClauseDefinition } from '../harness/judge/clause.ts';

export const behaviour5: readonly ClauseDefinition[] = [
  {
    id: '5.1',
    title: 'stepping over the triggering instruction: its effect never happens',
    // Not a uprobe: its signal comes when the instruction has been executed.
    triggers: ['hw-breakpoint', 'page-fault', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '5.2',
    title: 'going somewhere else: to another instruction and to another function',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '5.3',
    title: 'emulating it: the handler writes the result register and steps over, and the program sees that result',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '5.4',
    title: 'an execute breakpoint at the new PC fires (x86: the resume flag must not leak)',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '5.5',
    title:
      'a PC that the architecture refuses (misaligned, not canonical, unmapped) ends in the documented signal, and only there',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '5.6',
    title:
      'the instruction’s own length is honoured: every length that an architecture of the suite has (Thumb and RISC-V, 2 and 4, are not among them)',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 10,
  },
  {
    id: '5.7',
    title: 'SPARC: PC = nPC, nPC = nPC + 4 in a straight line and in the delay slot of a taken branch',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
  {
    id: '5.8',
    title: 'SPARC: PC and nPC set apart (nPC ≠ PC + 4): one instruction at PC, then nPC',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
  {
    id: '5.9',
    title: 'SPARC: misaligned PC, and misaligned nPC, are each refused with SIGSEGV',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    // Not ptrace: it writes any PC, and QEMU 7.2 ends by an assertion (docs/findings/sparc64-ptrace-misaligned-pc.md).
    mechanisms: ['sigtrap', 'fasync', 'poll', 'none'],
    limitSeconds: 5,
    only: 'next-program-counter',
  },
];
