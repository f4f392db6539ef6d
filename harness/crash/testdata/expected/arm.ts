// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const arm: Expectations = {
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'small-memory': { kind: 'no-memory', severity: 'panic', calledBy: 'out_of_memory', task: 'init' },
  'stock-bug': { kind: 'bug', severity: 'oops', at: 'fault_bug', calledBy: 'begin', task: 'init' },
  'stock-execute-data': {
    kind: 'execute-protected',
    severity: 'oops',
    at: 'word',
    calledBy: 'do_one_initcall',
    task: 'init',
  },
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'make_task_dead', task: 'init' },
  'stock-list': {
    kind: 'list-corruption',
    severity: 'oops',
    at: '__list_add_valid',
    calledBy: 'fault_list',
    task: 'init',
  },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'mount_block_root', task: 'swapper/0' },
  'stock-null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'fault_null_write',
    calledBy: 'begin',
    task: 'init',
  },
  'stock-slab-overflow': { kind: 'slab-corruption', severity: 'oops', calledBy: 'check_object', task: 'init' },
  'stock-stack': { kind: 'stack-overflow', severity: 'oops', at: 'fault_recurse', task: 'init' },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: 'sysrq_reset_seq_param_set', task: 'init' },
  'stock-trap': { kind: 'illegal-instruction', severity: 'oops', at: 'fault_trap', calledBy: 'begin', task: 'init' },
  'stock-unaligned': { kind: 'unaligned', severity: 'oops', at: 'fault_unaligned', calledBy: 'begin', task: 'init' },
  'stock-warning': { kind: 'warning', severity: 'warning', at: 'begin', calledBy: 'do_one_initcall', task: 'init' },
};
