// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const ppc64: Expectations = {
  bug: { kind: 'bug', severity: 'oops', at: '.lkdtm_BUG', calledBy: '.direct_entry', task: 'provoke' },
  'execute-null': {
    kind: 'null-dereference',
    severity: 'oops',
    at: '0x0',
    calledBy: '.lkdtm_do_action',
    task: 'provoke',
  },
  'hung-task': { kind: 'hung-task', severity: 'warning', task: 'provoke' },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: '.do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: '.kernel_init', task: 'swapper/0' },
  list: {
    kind: 'list-corruption',
    severity: 'warning',
    at: '.__list_add_valid',
    calledBy: '.lkdtm_CORRUPT_LIST_ADD',
    task: 'provoke',
  },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: '.lkdtm_EXCEPTION',
    calledBy: '.direct_entry',
    task: 'provoke',
  },
  'oops-panic': {
    kind: 'null-dereference',
    severity: 'panic',
    at: '.lkdtm_EXCEPTION',
    calledBy: '.direct_entry',
    task: 'provoke',
    panic: 'Fatal exception',
  },
  panic: { kind: 'panic', severity: 'panic', calledBy: '.lkdtm_PANIC', task: 'provoke' },
  'rcu-stall': {
    kind: 'rcu-stall',
    severity: 'oops',
    at: '.lkdtm_SOFTLOCKUP',
    calledBy: '.direct_entry',
    task: 'init',
  },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: '.kernel_init', task: 'swapper/0' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: '.refcount_warn_saturate',
    calledBy: '.__refcount_add.constprop.0',
    task: 'provoke',
  },
  'stack-corrupted': { kind: 'bad-address', severity: 'oops', at: '0xfffffffffffffffc', task: 'provoke' },
  'stack-exhausted': { kind: 'stack-corrupted', severity: 'panic', calledBy: '.__schedule', task: 'provoke' },
  sysrq: { kind: 'sysrq', severity: 'panic', calledBy: '.sysrq_handle_crash', task: 'provoke' },
  warning: { kind: 'warning', severity: 'warning', at: '.lkdtm_WARNING', calledBy: '.direct_entry', task: 'provoke' },
};
