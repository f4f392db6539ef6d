// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const ppc32: Expectations = {
  bug: { kind: 'bug', severity: 'oops', at: 'lkdtm_BUG', calledBy: 'full_proxy_write', task: 'provoke' },
  'execute-null': { kind: 'null-dereference', severity: 'oops', at: '0x0', calledBy: 'direct_entry', task: 'provoke' },
  'execute-user': {
    kind: 'execute-protected',
    severity: 'oops',
    at: '0xb7d92000',
    calledBy: 'direct_entry',
    task: 'provoke',
  },
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  list: {
    kind: 'list-corruption',
    severity: 'warning',
    at: '__list_add_valid',
    calledBy: 'lkdtm_CORRUPT_LIST_ADD',
    task: 'provoke',
  },
  'null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'full_proxy_write',
    task: 'provoke',
  },
  'oops-panic': {
    kind: 'null-dereference',
    severity: 'panic',
    at: 'lkdtm_EXCEPTION',
    calledBy: 'full_proxy_write',
    task: 'provoke',
    panic: 'Fatal exception',
  },
  panic: { kind: 'panic', severity: 'panic', calledBy: 'direct_entry', task: 'provoke' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper' },
  refcount: {
    kind: 'refcount',
    severity: 'warning',
    at: 'refcount_warn_saturate',
    calledBy: 'lkdtm_REFCOUNT_INC_SATURATED',
    task: 'provoke',
  },
  'stack-corrupted': { kind: 'execute-protected', severity: 'oops', at: '0xfffffffc', task: 'provoke' },
  'stack-exhausted': { kind: 'stack-corrupted', severity: 'panic', calledBy: '__schedule', task: 'provoke' },
  sysrq: { kind: 'sysrq', severity: 'panic', calledBy: '__handle_sysrq', task: 'provoke' },
  warning: { kind: 'warning', severity: 'warning', at: 'lkdtm_WARNING', calledBy: 'full_proxy_write', task: 'provoke' },
};
