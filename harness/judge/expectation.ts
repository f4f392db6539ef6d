// SPDX-License-Identifier: MIT
// What a clause is expected to come to, and why, where that is not `conforms`.
import type { Architecture } from '../arch/record.ts';
import type { Mechanism, Trigger, Verdict } from '../outcome/verdict.ts';
import { isOlder } from '../outcome/version.ts';
import { type ClauseDefinition, lackedBy, type Setting } from './clause.ts';

/** A field that is left out matches everything; the last match in the list holds. */
export interface Expectation {
  readonly clauses: readonly string[];
  readonly architectures?: readonly string[];
  /** `with`: every label that is not `without`. */
  readonly label?: 'with' | 'without';
  readonly triggers?: readonly Trigger[];
  readonly mechanisms?: readonly Mechanism[];
  /** Only with an emulator older than this version, e.g. `8.0`: what is the emulator's doing ends with a newer one. */
  readonly emulatorBelow?: string;
  /** Only with kernels from this version on, e.g. `7.3`: the oldest on which it was seen. */
  readonly kernelFrom?: string;
  /** Only with kernels older than this version, e.g. `6.12`: the oldest whose source, or whose run, shows it mended. */
  readonly kernelBelow?: string;
  readonly verdict: Verdict;
  /** Other verdicts that it came to, where it is a matter of chance: `conforms` where the cause does not always strike. */
  readonly or?: readonly Verdict[];
  /**
   * What the judge's reason must say for this to be the deviation that is known: any other one of the same clause
   * is unexpected. Left out only where the verdict can have one cause.
   */
  readonly seen?: RegExp;
  /** Why it is so, in a sentence that a maintainer can check. */
  readonly reason: string;
  /** Kernel file and function, manual and section, or the experiment that showed it. */
  readonly reference: string;
}

/** Of a cell: QEMU's, e.g. `7.2.22`, and the kernel's, e.g. `6.1.192`. */
export interface Versions {
  readonly emulator: string;
  readonly kernel: string;
}

export interface Expected {
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * The expectation of a clause in one setting of a cell: the last that matches, else the default. `judged` is what it
 * came to: a verdict as expected, but for another reason than the known one, is held against the default.
 */
export function expectedVerdict(
  clause: ClauseDefinition,
  setting: Setting,
  architecture: Architecture,
  label: string,
  expectations: readonly Expectation[],
  judged: { readonly verdict: Verdict; readonly reason: string },
  versions: Versions,
): Expected {
  // What is known of a trigger is not known of a clause that is none there.
  const lacked = lackedBy(architecture, clause);
  if (lacked) return { verdict: 'not-run', reason: `this architecture has no ${lacked}` };
  const side = label === 'without' ? 'without' : 'with';
  const match = expectations.findLast(
    (candidate) =>
      candidate.clauses.includes(clause.id) &&
      (candidate.architectures?.includes(architecture.name) ?? true) &&
      (candidate.label === undefined || candidate.label === side) &&
      (candidate.triggers?.includes(setting.trigger) ?? true) &&
      (candidate.mechanisms?.includes(setting.mechanism) ?? true) &&
      (candidate.emulatorBelow === undefined || isOlder(versions.emulator, candidate.emulatorBelow)) &&
      (candidate.kernelFrom === undefined || !isOlder(versions.kernel, candidate.kernelFrom)) &&
      (candidate.kernelBelow === undefined || isOlder(versions.kernel, candidate.kernelBelow)) &&
      (![candidate.verdict, ...(candidate.or ?? [])].includes(judged.verdict) ||
        // What conforms has nothing to say.
        judged.verdict === 'conforms' ||
        (candidate.seen?.test(judged.reason) ?? true)),
  );
  const one = match?.or?.includes(judged.verdict) ? judged.verdict : match?.verdict;
  if (match && one) return { verdict: one, reason: `${match.reason} (${match.reference})` };
  return byDefault(setting, architecture, side);
}

function byDefault(setting: Setting, architecture: Architecture, side: 'with' | 'without'): Expected {
  if (setting.trigger === 'hw-breakpoint' && !architecture.triggers.includes('hw-breakpoint')) {
    return { verdict: 'unsupported', reason: `no hardware breakpoints: ${architecture.profile.source}` };
  }
  if (side === 'without' && setting.mechanism === 'sigtrap') {
    return { verdict: 'absent', reason: 'this kernel is built without perf_event_attr.sigtrap' };
  }
  return { verdict: 'conforms', reason: '' };
}
