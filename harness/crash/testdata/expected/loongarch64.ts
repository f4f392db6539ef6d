// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const loongarch64: Expectations = {
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'kernel_init', task: 'swapper/0' },
  'stock-i8042': {
    kind: 'bad-address',
    severity: 'panic',
    at: 'i8042_flush',
    calledBy: 'i8042_init',
    task: 'swapper/0',
    panic: 'Attempted to kill init! exitco',
  },
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'mount_root_generic', task: 'swapper/0' },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: '__handle_sysrq', task: 'init' },
};
