// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const riscv64: Expectations = {
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'small-memory': { kind: 'no-memory', severity: 'panic', calledBy: 'out_of_memory', task: 'swapper/0' },
  'stock-after-free': { kind: 'kfence', severity: 'oops', at: 'fault_after_free', calledBy: 'begin', task: 'init' },
  'stock-bug': {
    kind: 'bug',
    severity: 'panic',
    at: 'fault_bug',
    calledBy: 'begin',
    task: 'init',
    panic: 'Fatal exception in interrupt',
  },
  'stock-execute-data': { kind: 'bad-address', severity: 'oops', at: 'word', task: 'init' },
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'mount_root_generic', task: 'swapper/0' },
  'stock-null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'fault_null_write',
    calledBy: 'begin',
    task: 'init',
  },
  'stock-stack': {
    kind: 'stack-overflow',
    severity: 'panic',
    at: '__memset',
    calledBy: 'fault_recurse',
    task: 'init',
    panic: 'Kernel stack overflow',
  },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: '__handle_sysrq', task: 'init' },
  'stock-trap': {
    kind: 'oops',
    severity: 'panic',
    at: 'fault_trap',
    calledBy: 'begin',
    task: 'init',
    panic: 'Fatal exception in interrupt',
  },
  'stock-warning': { kind: 'warning', severity: 'warning', at: 'fault_warning', calledBy: 'begin', task: 'init' },
};
