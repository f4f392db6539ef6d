// SPDX-License-Identifier: MIT
// What the stages of a run hand on to each other.
import type { Architecture } from '../arch/record.ts';
import type { AcceleratorChoice } from '../machine/accelerator.ts';
import type { Emulator } from '../machine/emulator.ts';
import type { Failure } from '../outcome/failure.ts';
import type { CellEvidence } from './cell.ts';
import type { CellCrashes } from './crashes.ts';

/** What is known of an architecture before its first machine starts. */
export interface Bench {
  readonly architecture: Architecture;
  readonly emulator: Emulator;
  readonly accelerator: AcceleratorChoice;
}

/** What became of a cell: evidence, or the failure that kept it from having any. */
export type CellOutcome =
  | { readonly kind: 'ran'; readonly ran: CellEvidence; readonly crashes: CellCrashes }
  | { readonly kind: 'failed'; readonly failure: Failure };
