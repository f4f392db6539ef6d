// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const i386: Expectations = {
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: 'do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: 'rest_init', task: 'swapper/0' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic', calledBy: 'rest_init', task: 'swapper/0' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: 'rest_init', task: 'swapper/0' },
  'small-memory': { kind: 'no-memory', severity: 'panic', calledBy: 'out_of_memory', task: 'init' },
};
