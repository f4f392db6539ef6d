// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const sh4: Expectations = {
  'breakpoint-slot': {
    kind: 'warning',
    severity: 'warning',
    at: 'arch_install_hw_breakpoint',
    calledBy: 'event_sched_in',
    task: 'probe',
  },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
};
