// SPDX-License-Identifier: MIT
// The words of the specification that verdicts, triggers and mechanisms are made of.

/** What a clause came to on a cell. `./trapline clauses --verdicts` explains each. */
export const VERDICTS = [
  'conforms',
  'deviates',
  'absent',
  'unsupported',
  'not-emulated',
  'looped',
  'hung',
  'crashed',
  'not-run',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What makes the kernel raise the event. */
export const TRIGGERS = ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * How the program learns of the event. `none` goes with `trap-instruction` only:
 * there is no perf event, the instruction itself raises SIGTRAP (the control).
 */
export const MECHANISMS = ['sigtrap', 'fasync', 'poll', 'ptrace', 'none'] as const;
export type Mechanism = (typeof MECHANISMS)[number];

export type Outcome = 'expected' | 'unexpected-failure' | 'unexpected-pass';

/** Verdicts that say that the clause was exercised at all. */
export const EXERCISED: ReadonlySet<Verdict> = new Set(['conforms', 'deviates', 'looped', 'hung', 'crashed']);

/** A pass that nobody expected is as loud as a failure that nobody expected. */
export function outcomeOf(verdict: Verdict, expected: Verdict): Outcome {
  if (verdict === expected) return 'expected';
  return verdict === 'conforms' ? 'unexpected-pass' : 'unexpected-failure';
}
