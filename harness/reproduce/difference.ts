// SPDX-License-Identifier: MIT
// One value that is not as it was recorded.

export interface Difference {
  /** Record and field: `hit.pc`; a record that is there several times has its number: `hit[2].mask`. */
  readonly where: string;
  /** Undefined: the field is not there. */
  readonly recorded: unknown;
  readonly seen: unknown;
  /** Nothing is judged by it, and it differs from boot to boot: a process, a time, or a count of a time's events. */
  readonly varies: boolean;
  /** Why it is shown although it is no difference. */
  readonly told?: string;
}
