// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const ppc64le: Expectations = {
  'stock-init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'stock-no-root': { kind: 'no-root', severity: 'panic', calledBy: 'mount_block_root', task: 'swapper/0' },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic', calledBy: 'sysrq_handle_crash', task: 'init' },
};
