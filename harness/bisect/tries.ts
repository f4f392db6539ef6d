// SPDX-License-Identifier: MIT
// From the verdicts of a kernel's tries to good, bad or skip; and how many tries a flaky clause needs.
import type { Verdict } from '../outcome/verdict.ts';
import { confidenceInterval } from '../reproduce/differences.ts';
import type { Mark } from './repository.ts';

/** The verdicts at the two ends: what "good" and "bad" mean. */
export interface Ends {
  readonly good: Verdict;
  /** A flaky clause may fail in several ways. */
  readonly bad: readonly Verdict[];
}

/** One bad try is enough; good are only tries that all are. What is neither cannot be told. */
export function markOf(verdicts: readonly Verdict[], ends: Ends): Mark {
  if (verdicts.some((verdict) => ends.bad.includes(verdict))) return 'bad';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === ends.good) ? 'good' : 'skip';
}

/**
 * Tries after which a kernel that fails as often as was measured would have failed at least once, with this
 * confidence. The rate is taken at the low end of its 95 % interval: few tries do not make one sure of it.
 */
export function triesFor(failed: number, tries: number, confidence: number): number {
  const { low } = confidenceInterval(failed, tries);
  return Math.max(1, Math.ceil(Math.log(1 - confidence) / Math.log(1 - low)));
}
