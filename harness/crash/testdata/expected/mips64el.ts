// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const mips64el: Expectations = {
  'rdinit-missing': { kind: 'no-init', severity: 'panic' },
  'stock-bug': { kind: 'bug', severity: 'oops', at: 'fault_bug', calledBy: 'begin', task: 'init' },
  'stock-execute-data': { kind: 'oops', severity: 'oops', at: 'word', calledBy: 'begin', task: 'init' },
  'stock-init-ended': { kind: 'init-ended', severity: 'panic' },
  'stock-no-root': { kind: 'no-root', severity: 'panic' },
  'stock-null-write': {
    kind: 'null-dereference',
    severity: 'oops',
    at: 'fault_null_write',
    calledBy: 'begin',
    task: 'init',
  },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic' },
  'stock-trap': { kind: 'oops', severity: 'oops', at: 'fault_trap', calledBy: 'begin', task: 'init' },
  'stock-unaligned': { kind: 'unaligned', severity: 'oops', at: 'fault_unaligned', calledBy: 'begin', task: 'init' },
  'stock-warning': { kind: 'warning', severity: 'warning', at: 'begin', calledBy: 'do_one_initcall', task: 'init' },
};
