// SPDX-License-Identifier: MIT
// What is shown of a cell beside its verdicts.

/** What is known of a cell beside its report: from the run's folder, the records and the guest's programs. */
export interface CellExtra {
  /** What the architecture's manual and the kernel say; shown beside what was seen. */
  readonly profile: unknown;
  /** The console's end. */
  readonly console: string;
  /** What the console printed while a clause ran, and the code around its program counters, by `resultKey`. */
  readonly moments: ReadonlyMap<string, { readonly console?: string; readonly code?: string }>;
  /** Why there is no disassembly, when there is none. */
  readonly noCode?: string;
}
