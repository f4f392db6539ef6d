// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const arm: Expectations = {
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'make_task_dead', task: 'init' },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'mount_block_root', task: 'swapper/0' },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: 'sysrq_reset_seq_param_set', task: 'init' },
};
