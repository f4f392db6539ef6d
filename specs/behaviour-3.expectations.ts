// SPDX-License-Identifier: MIT
// What behaviour 3 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';

export const expectations3: readonly Expectation[] = [];
