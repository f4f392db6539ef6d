// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const ppc64: Expectations = {
  'init-ended': { kind: 'init-ended', severity: 'panic', calledBy: '.do_exit', task: 'init' },
  'init-garbage': { kind: 'no-init', severity: 'panic', calledBy: '.kernel_init', task: 'swapper/0' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic', calledBy: '.kernel_init', task: 'swapper/0' },
};
