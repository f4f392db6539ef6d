// SPDX-License-Identifier: MIT
// From the verdicts of a kernel's tries to good, bad or skip; and how many tries a flaky clause needs.
import { requestFailure } from '../outcome/failure.ts';
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
function triesFor(failed: number, tries: number, confidence: number): number {
  const { low } = confidenceInterval(failed, tries);
  return Math.max(1, Math.ceil(Math.log(1 - confidence) / Math.log(1 - low)));
}

/** Most tries of one commit that a confidence may cost: a dozen such commits are days. */
const MOST_TRIES = 1000;

/** The confidence that so many tries give, rounded down to hundredths; see `triesFor`. */
function confidenceOf(most: number, failed: number, tries: number): number {
  const { low } = confidenceInterval(failed, tries);
  return Math.floor(100 * (1 - (1 - low) ** most)) / 100;
}

/** What a confidence costs, in words. */
export const costText = (failed: number, tried: number, confidence: number, tries: number): string =>
  `the clause failed in ${failed} of ${tried} tries of the bad commit: a confidence of ${confidence} costs ${tries} tries of each commit that does not fail`;

/** As many as `triesFor` says. @throws Failure `too-many-tries` */
export function demandTries(failed: number, tried: number, confidence: number): number {
  const tries = triesFor(failed, tried, confidence);
  if (tries <= MOST_TRIES) return tries;
  throw requestFailure(
    'too-many-tries',
    costText(failed, tried, confidence, tries),
    `At most ${MOST_TRIES} are made, which is a --confidence of ${confidenceOf(MOST_TRIES, failed, tried)}; with more --times the rate is surer, and fewer may do`,
  );
}
