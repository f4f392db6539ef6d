// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const m68k: Expectations = {
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'arch_local_irq_enable', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'try_to_run_init_process', task: 'swapper' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'try_to_run_init_process', task: 'swapper' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'try_to_run_init_process', task: 'swapper' },
  'small-memory': { kind: 'no-memory', severity: 'panic', calledBy: 'syscall_trace_leave', task: 'swapper' },
};
