// SPDX-License-Identifier: MIT
// Behaviour 6: its clauses, and where each can be exercised.
import type { ClauseDefinition } from '../harness/judge/clause.ts';

export const behaviour6: readonly ClauseDefinition[] = [
  {
    id: '6.1',
    title: 'execution continues at the new PC with all general registers as they were',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '6.2',
    title: 'floating point, vector and condition flags as they were',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '6.3',
    title: 'the breakpoint is still armed: the next hit traps again, a thousand times',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 15,
  },
  {
    id: '6.4',
    title: 'a handler that leaves the PC alone: the instruction completes once and the thread makes progress',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 10,
  },
  {
    id: '6.5',
    title: 'the signal mask is back, and a handler that leaves by siglongjmp leaves all in order',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 5,
  },
  {
    id: '6.6',
    title: 'a storm of another signal during the hits loses neither kind',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 15,
  },
  {
    id: '6.7',
    title: 'many threads rewriting their PCs at once',
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
    mechanisms: ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'],
    limitSeconds: 15,
  },
  {
    id: '6.8',
    title: 'SPARC: register windows (spilled by a deep call chain in the handler) are as they were',
    triggers: ['page-fault', 'uprobe', 'trap-instruction'],
    // Not poll and ptrace: there the handler has windows of its own.
    mechanisms: ['sigtrap', 'fasync', 'none'],
    limitSeconds: 5,
    only: 'register-windows',
  },
  {
    id: '6.9',
    title:
      'a debugger attached by ptrace with registers of its own: both work, or the one that does not fit is told so',
    // The debugger is ptrace itself; poll has no handler to share the signal with.
    triggers: ['hw-breakpoint', 'page-fault', 'uprobe'],
    mechanisms: ['sigtrap', 'fasync'],
    limitSeconds: 10,
  },
];
