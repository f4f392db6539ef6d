// SPDX-License-Identifier: MIT
// The six behaviours of the specification.

export const BEHAVIOURS = [1, 2, 3, 4, 5, 6] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Short titles of the specification's six behaviours. */
export const BEHAVIOUR_TITLES: Record<Behaviour, string> = {
  1: 'four pinned breakpoint registers',
  2: 'clone and fork propagate them',
  3: 'the thread that hits gets SIGTRAP',
  4: 'from the triggering PC to the handler',
  5: 'the handler changes PC (and nPC)',
  6: 'the thread goes on at the new PC',
};
