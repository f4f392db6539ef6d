// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const m68k: Expectations = {
  bug: { kind: 'bug', severity: 'oops', calledBy: 'direct_entry', task: 'provoke' },
  'execute-null': {
    kind: 'null-dereference',
    severity: 'oops',
    at: '0x0',
    calledBy: 'execute_location',
    task: 'provoke',
  },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'arch_local_irq_enable', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'try_to_run_init_process', task: 'swapper' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'try_to_run_init_process', task: 'swapper' },
  list: {
    kind: 'list-corruption',
    severity: 'warning',
    at: '__list_add_valid',
    calledBy: '__list_add_valid',
    task: 'provoke',
  },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'direct_entry',
    task: 'provoke',
  },
  panic: { kind: 'panic', severity: 'panic', calledBy: 'free_pages', task: 'provoke' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'try_to_run_init_process', task: 'swapper' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: 'refcount_warn_saturate',
    calledBy: 'refcount_warn_saturate',
    task: 'provoke',
  },
  'small-memory': { kind: 'no-memory', severity: 'panic', calledBy: 'syscall_trace_leave', task: 'swapper' },
  sysrq: { kind: 'sysrq', severity: 'panic', calledBy: '_printk', task: 'provoke' },
  warning: { kind: 'warning', severity: 'warning', at: 'lkdtm_WARNING', calledBy: 'lkdtm_WARNING', task: 'provoke' },
};
