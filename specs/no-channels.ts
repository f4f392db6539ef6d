// SPDX-License-Identifier: MIT
// What behaviour 1 comes to where the kernel takes breakpoint events for which its processor has no register.
import type { Expectation } from '../harness/judge/expectation.ts';
import { clauses } from './clauses.ts';

const common = {
  architectures: ['sh4'],
  triggers: ['hw-breakpoint'],
  reference:
    'arch/sh/kernel/hw_breakpoint.c: ubc_dummy has no event, arch_install_hw_breakpoint warns "Can\u2019t find any breakpoint slot"; hw_breakpoint_slots says 2; kernel/cpu/sh4a/ubc.c registers one on an SH-4A; docs/findings/sh4-no-channel.md',
} as const satisfies Partial<Expectation>;

const of1 = clauses.map(({ id }) => id).filter((id) => id.startsWith('1.'));

export const withoutChannels: readonly Expectation[] = [
  {
    ...common,
    clauses: of1,
    label: 'with',
    verdict: 'deviates',
    seen: /^(errno of |data watches until one is refused|stops at |perf_event_open was refused with errno 22 |watches of different types|bytes read of the (first|other) process|after "enable"|slots before)/,
    reason:
      'perf opens the event and says nothing: an SH-4 has no channel that the kernel drives, the event is in error from the beginning and never fires',
  },
  {
    ...common,
    clauses: [...of1.filter((id) => id !== '1.8'), '2.4'],
    label: 'without',
    verdict: 'absent',
    reason: 'without the feature the event is refused before it is looked for a register',
  },
  {
    ...common,
    clauses: ['1.8'],
    label: 'without',
    verdict: 'deviates',
    seen: /^perf_event_open was refused with errno 7 /,
    reason: 'without the feature the kernel does not know of sigtrap: it says E2BIG, and the event without it opens',
  },
];
