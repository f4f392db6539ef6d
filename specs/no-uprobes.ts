// SPDX-License-Identifier: MIT
// What is expected by uprobes of kernels that have none for their architecture yet.
import type { Expectation } from '../harness/judge/expectation.ts';
import { clauses } from './clauses.ts';

export const withoutUprobes: Expectation = {
  clauses: clauses.map(({ id }) => id),
  architectures: ['riscv64'],
  triggers: ['uprobe'],
  kernelBelow: '5.12',
  verdict: 'unsupported',
  seen: /^the uprobe PMU's type in sysfs was refused with errno 2 /,
  reason: 'this kernel has no uprobes for the architecture: perf does not know the event',
  reference: 'arch/riscv/Kconfig (ARCH_SUPPORTS_UPROBES is not there)',
};
