// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const s390x: Expectations = {
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'stock-bug': { kind: 'bug', severity: 'oops', at: 'fault_after_free', calledBy: 'do_one_initcall', task: 'init' },
  'stock-execute-data': {
    kind: 'bad-address',
    severity: 'oops',
    at: 'word',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'prepare_namespace', task: 'swapper/0' },
  'stock-null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'fault_null_write',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
  'stock-stack': {
    kind: 'stack-overflow',
    severity: 'panic',
    at: 'fault_recurse',
    task: 'init',
    panic: "Corrupt kernel stack, can't co",
  },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: '__handle_sysrq', task: 'init' },
  'stock-trap': { kind: 'oops', severity: 'oops', at: 'fault_trap', calledBy: 'do_one_initcall', task: 'init' },
  'stock-warning': {
    kind: 'warning',
    severity: 'warning',
    at: 'fault_warning',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
  'stock-wild-write': {
    kind: 'bad-address',
    severity: 'oops',
    at: 'fault_wild_write',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
};
