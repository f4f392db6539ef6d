// SPDX-License-Identifier: MIT
// What behaviour 1 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';

export const expectations1: readonly Expectation[] = [
  {
    clauses: ['1.6'],
    architectures: ['x86_64'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'unsupported',
    reason: 'DR7’s R/W field has no encoding for reads alone, so the kernel refuses the type with EINVAL',
    reference: 'Intel SDM vol. 3B 18.2.4; arch/x86/kernel/hw_breakpoint.c, arch_build_bp_info',
  },
];
