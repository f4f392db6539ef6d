// SPDX-License-Identifier: MIT
// What behaviour 2 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';

export const expectations2: readonly Expectation[] = [];
