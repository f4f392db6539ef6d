// SPDX-License-Identifier: MIT
// Behaviour 3: its clauses, and where each can be exercised.
import type { ClauseDefinition } from '../harness/judge/clause.ts';
import type { Mechanism, Trigger } from '../harness/outcome/verdict.ts';

const everyTrigger: readonly Trigger[] = ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'];
const perfTriggers: readonly Trigger[] = ['hw-breakpoint', 'page-fault', 'uprobe'];
const everyMechanism: readonly Mechanism[] = ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'];
// Blocked, ignored and nested signals are questions only where a signal comes that the kernel need not force:
// not under poll (none), nor ptrace (the tracer takes it), nor a trap instruction (it ends who blocks or ignores it).
const bySignal: readonly Mechanism[] = ['sigtrap', 'fasync'];

export const behaviour3: readonly ClauseDefinition[] = [
  {
    id: '3.1',
    title:
      'of N threads running the same code, the handler runs in the one that hit (thread id, each of thousands of hits)',
    triggers: everyTrigger,
    mechanisms: everyMechanism,
    limitSeconds: 60,
  },
  {
    // 32-bit programs under sigtrap, with debug registers and page faults; elsewhere a record "left-out" says so.
    id: '3.2',
    title: 'si_code, si_addr, si_perf_type, si_perf_data and si_perf_flags are right, also for 32-bit programs',
    triggers: perfTriggers,
    mechanisms: everyMechanism,
    limitSeconds: 5,
  },
  {
    id: '3.3',
    title: 'n hits give n signals: ten thousand in a loop, nothing lost, nothing double',
    triggers: everyTrigger,
    mechanisms: everyMechanism,
    limitSeconds: 90,
  },
  {
    id: '3.4',
    title: 'the handler runs before the next instruction takes effect: the store after the trigger is not yet visible',
    triggers: everyTrigger,
    mechanisms: everyMechanism,
    limitSeconds: 8,
  },
  {
    id: '3.5',
    title: 'the same under stress: threads hitting while others enable, disable, fork and exit',
    triggers: everyTrigger,
    // The stress is one of the kernel's sigtrap; the trap instruction is the control that the probe itself counts right.
    mechanisms: ['sigtrap', 'none'],
    limitSeconds: 15,
  },
  {
    id: '3.6',
    title: 'with SIGTRAP blocked, it stays pending, is marked asynchronous and comes when unblocked',
    triggers: perfTriggers,
    mechanisms: bySignal,
    limitSeconds: 5,
  },
  {
    id: '3.7',
    title: 'SIG_DFL ends the process by SIGTRAP; SIG_IGN drops it; neither harms another process',
    triggers: perfTriggers,
    mechanisms: bySignal,
    limitSeconds: 5,
  },
  {
    id: '3.8',
    title: 'a hit inside the handler itself, with and without SA_NODEFER',
    triggers: perfTriggers,
    mechanisms: bySignal,
    limitSeconds: 5,
  },
  {
    id: '3.9',
    title:
      'the kernel’s own access to watched memory (read(2) into it) completes, and is not signalled when the kernel is excluded',
    // A probed or trapping instruction is no access of the kernel's.
    triggers: ['hw-breakpoint', 'page-fault'],
    mechanisms: everyMechanism,
    limitSeconds: 5,
  },
  {
    id: '3.10',
    title: 'other mechanisms on the same program: what poll, fasync and ptrace give for 3.1–3.4',
    triggers: everyTrigger,
    mechanisms: everyMechanism,
    limitSeconds: 15,
  },
];
