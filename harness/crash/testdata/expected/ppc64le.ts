// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const ppc64le: Expectations = {
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'stock-bug': { kind: 'bug', severity: 'oops', at: 'fault_bug', calledBy: 'do_one_initcall', task: 'init' },
  'stock-execute-data': { kind: 'execute-protected', severity: 'oops', at: 'word', calledBy: 'begin', task: 'init' },
  'stock-hard-lockup': {
    kind: 'hard-lockup',
    severity: 'oops',
    at: 'fault_interrupts_off',
    calledBy: 'do_one_initcall',
    task: 'init',
    others: ['rcu-stall', 'rcu-stall'],
  },
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'mount_block_root', task: 'swapper/0' },
  'stock-null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'fault_null_write',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: 'sysrq_handle_crash', task: 'init' },
  'stock-trap': { kind: 'oops', severity: 'oops', at: 'fault_trap', calledBy: 'do_one_initcall', task: 'init' },
  'stock-warning': {
    kind: 'warning',
    severity: 'warning',
    at: 'fault_warning',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
};
