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
  bug: { kind: 'bug', severity: 'oops', at: 'lkdtm_BUG', calledBy: 'direct_entry', task: 'provoke' },
  'execute-null': {
    kind: 'null-dereference',
    severity: 'oops',
    at: '0x0',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
  },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'arch_local_irq_restore', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'arch_local_irq_restore', task: 'swapper' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'arch_local_irq_restore', task: 'swapper' },
  list: {
    kind: 'list-corruption',
    severity: 'warning',
    at: '__list_add_valid_or_report',
    calledBy: 'lkdtm_CORRUPT_LIST_ADD',
    task: 'provoke',
  },
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
  panic: { kind: 'panic', severity: 'panic', calledBy: 'arch_local_irq_restore', task: 'provoke' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'arch_local_irq_restore', task: 'swapper' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: 'refcount_warn_saturate',
    calledBy: 'lkdtm_REFCOUNT_INC_SATURATED',
    task: 'provoke',
  },
  'stack-corrupted': {
    kind: 'unaligned',
    severity: 'oops',
    at: '0xffffffff',
    calledBy: 'do_sys_openat2',
    task: 'provoke',
  },
  sysrq: { kind: 'sysrq', severity: 'panic', calledBy: 'arch_local_irq_restore', task: 'provoke' },
  warning: { kind: 'warning', severity: 'warning', at: 'lkdtm_WARNING', calledBy: 'direct_entry', task: 'provoke' },
};
