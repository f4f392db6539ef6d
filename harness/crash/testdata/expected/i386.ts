// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const i386: Expectations = {
  bug: { kind: 'bug', severity: 'oops', at: 'lkdtm_BUG', calledBy: 'direct_entry', task: 'provoke' },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'rest_init', task: 'swapper/0' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'rest_init', task: 'swapper/0' },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'direct_entry',
    task: 'provoke',
  },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'rest_init', task: 'swapper/0' },
  'small-memory': { kind: 'no-memory', severity: 'panic', calledBy: 'out_of_memory', task: 'init' },
  sysrq: { kind: 'sysrq', severity: 'panic', calledBy: 'sysrq_handle_crash', task: 'provoke' },
  warning: { kind: 'warning', severity: 'warning', at: 'lkdtm_WARNING', calledBy: 'direct_entry', task: 'provoke' },
};
