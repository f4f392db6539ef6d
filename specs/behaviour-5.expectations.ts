// SPDX-License-Identifier: MIT
// What behaviour 5 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';

export const expectations5: readonly Expectation[] = [
  {
    clauses: ['5.7', '5.8', '5.9'],
    architectures: ['sparc64'],
    mechanisms: ['poll'],
    verdict: 'deviates',
    reason: 'poll: no registers to change, and the thread has run on before the handler knows',
    reference: 'perf_event_open(2): the sample has the PC alone; nothing of it can be written back',
  },
];
