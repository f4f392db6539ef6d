// SPDX-License-Identifier: MIT
// What a recorded log says, by the fault that was provoked (../README.md says how).
import type { CrashKind, Severity } from '../../../outcome/crash.ts';

export interface ExpectedCrash {
  readonly kind: CrashKind;
  readonly severity: Severity;
  /** Function of the program counter; its address where it is in none. */
  readonly at?: string;
  /** The caller that is sure, in the trace; where none is, the innermost. */
  readonly calledBy?: string;
  readonly task?: string;
  /** What it panicked with in the end, the beginning of it. */
  readonly panic?: string;
  /** What the kernel went on to say. */
  readonly others?: readonly CrashKind[];
}

/** By the log's name, without `.log`. */
export type Expectations = Readonly<Record<string, ExpectedCrash>>;
