// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const parisc: Expectations = {
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  'small-memory': {
    kind: 'warning',
    severity: 'warning',
    at: 'irq_insert_desc',
    calledBy: 'irq_mark_irq',
    task: 'swapper',
    others: ['warning'],
  },
};
