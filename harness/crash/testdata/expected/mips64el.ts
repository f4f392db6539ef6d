// SPDX-License-Identifier: MIT
import type { Expectations } from './expectations.ts';

export const mips64el: Expectations = {
  'stock-init-ended': { kind: 'init-ended', severity: 'panic' },
  'stock-no-root': { kind: 'no-root', severity: 'panic' },
  'stock-sysrq': { kind: 'sysrq', severity: 'panic' },
};
