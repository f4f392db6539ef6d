// SPDX-License-Identifier: MIT
// Every expectation that differs from the default (harness/judge/expectation.ts).
import type { Expectation } from '../harness/judge/expectation.ts';
import { expectations1 } from './behaviour-1.expectations.ts';
import { expectations2 } from './behaviour-2.expectations.ts';
import { expectations3 } from './behaviour-3.expectations.ts';
import { expectations4 } from './behaviour-4.expectations.ts';
import { expectations5 } from './behaviour-5.expectations.ts';
import { expectations6 } from './behaviour-6.expectations.ts';
import { withoutUprobes } from './no-uprobes.ts';
import { withoutWatchpoints } from './no-watchpoints.ts';

export const expectations: readonly Expectation[] = [
  ...expectations1,
  ...expectations2,
  ...expectations3,
  ...expectations4,
  ...expectations5,
  ...expectations6,
  withoutWatchpoints,
  withoutUprobes,
];
