// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const mips: Expectations = {
  'init-ended': { kind: 'init-ended', severity: 'panic' },
  'init-garbage': { kind: 'no-init', severity: 'panic' },
  'initramfs-cut': { kind: 'no-init', severity: 'panic' },
  'rdinit-missing': { kind: 'no-init', severity: 'panic' },
  'small-memory': { kind: 'no-memory', severity: 'panic' },
};
