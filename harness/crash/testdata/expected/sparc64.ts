// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const sparc64: Expectations = {
  bug: { kind: 'bug', severity: 'oops', at: 'lkdtm_BUG', calledBy: 'lkdtm_do_action', task: 'provoke' },
  'execute-data': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'flush_icache_range',
    calledBy: 'execute_location',
    task: 'provoke',
  },
  'execute-null': {
    kind: 'null-dereference',
    severity: 'oops',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
    others: ['bad-address'],
  },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'direct_entry',
    task: 'provoke',
  },
  'oops-panic': {
    kind: 'null-dereference',
    severity: 'panic',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'direct_entry',
    task: 'provoke',
    panic: 'Fatal exception',
  },
  panic: { kind: 'panic', severity: 'panic', calledBy: 'lkdtm_PANIC', task: 'provoke' },
  'rcu-stall': {
    kind: 'rcu-stall',
    severity: 'oops',
    at: 'lkdtm_SOFTLOCKUP',
    calledBy: 'direct_entry',
    task: 'provoke',
    others: ['rcu-stall', 'rcu-stall'],
  },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: 'lkdtm_REFCOUNT_INC_SATURATED',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
  },
  'small-memory': { kind: 'panic', severity: 'panic', calledBy: '__populate_section_memmap', task: 'swapper' },
  sysrq: { kind: 'sysrq', severity: 'panic', calledBy: 'sysrq_handle_crash', task: 'provoke' },
  warning: {
    kind: 'warning',
    severity: 'warning',
    at: 'lkdtm_do_action',
    calledBy: 'direct_entry',
    task: 'provoke',
  },
};
