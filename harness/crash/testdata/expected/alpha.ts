// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const alpha: Expectations = {
  bug: { kind: 'bug', severity: 'oops', at: 'lkdtm_BUG', calledBy: 'direct_entry', task: 'provoke' },
  'execute-null': {
    kind: 'null-dereference',
    severity: 'oops',
    at: '0x0',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
  },
  'init-ended': { kind: 'init-ended', severity: 'panic' },
  'init-garbage': { kind: 'no-init', severity: 'panic' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic' },
  list: {
    kind: 'list-corruption',
    severity: 'warning',
    at: '__list_add_valid_or_report',
    calledBy: '__list_add_valid_or_report',
    task: 'provoke',
  },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'direct_entry',
    task: 'provoke',
  },
  panic: { kind: 'panic', severity: 'panic' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: 'refcount_warn_saturate',
    calledBy: 'refcount_warn_saturate',
    task: 'provoke',
  },
  'stack-corrupted': {
    kind: 'illegal-instruction',
    severity: 'oops',
    at: '0x0',
    calledBy: 'vfs_write',
    task: 'provoke',
  },
  sysrq: { kind: 'sysrq', severity: 'panic' },
  warning: { kind: 'warning', severity: 'warning', at: 'lkdtm_WARNING', calledBy: 'lkdtm_WARNING', task: 'provoke' },
};
