// SPDX-License-Identifier: MIT
// Behaviour 1: its clauses, and where each can be exercised.
import type { ClauseDefinition } from '../harness/judge/clause.ts';

export const behaviour1: readonly ClauseDefinition[] = [
  {
    id: '1.1',
    title:
      'four pinned breakpoints are open at once in one thread, and each fires for its own address and for no other',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.2',
    title: 'one more than the architecture has is refused with ENOSPC; those that are open go on firing',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.3',
    title:
      'length 1: a store to the watched byte fires, a store to either neighbour does not, at each of the eight offsets of a doubleword',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.4',
    title:
      'lengths 2, 4, 8: the first and last byte fire, the bytes outside do not; an unaligned address gets the documented answer',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.5',
    title: 'W: a write fires, a read does not',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.6',
    title: 'R: a read fires, a write does not',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.7',
    title: 'RW: both fire',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.8',
    title: 'X: executing fires, reading or writing those bytes does not',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.9',
    title: 'W, RW and X armed together in the registers do not disturb each other',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.10',
    title: 'a wider access that covers the watched byte fires once; so do string, pair and multiple-register accesses',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 20,
  },
  {
    id: '1.11',
    title:
      'pinned stays pinned: under contention from other events time_running equals time_enabled and the count is exact',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 10,
  },
  {
    id: '1.12',
    title: 'modifying address, length, type or sig_data takes effect at once; the old address is silent',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.13',
    title: 'disabled stays silent, enable arms, refresh fires its count and stops',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
  {
    id: '1.14',
    title: 'closing frees the slot, a thousand times in a row',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 15,
  },
  {
    id: '1.15',
    title: 'all of it works for an ordinary user at perf_event_paranoid 2',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    // All of 1.1 to 1.14 once more.
    limitSeconds: 40,
  },
  {
    id: '1.16',
    title:
      'every invalid request is refused with its documented errno and leaves nothing armed (a table: type 0, type 7, lengths 0, 3, 16, unaligned, kernel address, sigtrap without remove_on_exec, sigtrap without a task, inherit_thread without inherit, pinned on a non-leader, …)',
    triggers: ['hw-breakpoint'],
    mechanisms: ['sigtrap'],
    limitSeconds: 5,
  },
];
