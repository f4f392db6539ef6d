// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const mips: Expectations = {
  bug: { kind: 'bug', severity: 'oops', at: 'lkdtm_BUG', calledBy: 'lkdtm_do_action', task: 'provoke' },
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
    calledBy: 'lkdtm_CORRUPT_LIST_ADD',
    task: 'provoke',
  },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
  },
  'oops-panic': {
    kind: 'null-dereference',
    severity: 'panic',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
    panic: 'Fatal exception',
  },
  panic: { kind: 'panic', severity: 'panic' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: 'lkdtm_REFCOUNT_INC_SATURATED',
    calledBy: 'lkdtm_do_action',
    task: 'provoke',
  },
  'small-memory': { kind: 'no-memory', severity: 'panic' },
  'stack-corrupted': {
    kind: 'bad-address',
    severity: 'oops',
    at: '0xffffffff',
    calledBy: 'full_proxy_write',
    task: 'provoke',
  },
  sysrq: { kind: 'sysrq', severity: 'panic' },
  warning: { kind: 'warning', severity: 'warning', at: 'lkdtm_do_action', calledBy: 'direct_entry', task: 'provoke' },
};
