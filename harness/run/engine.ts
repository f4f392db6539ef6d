// SPDX-License-Identifier: MIT
// Where cells are run: what an engine is given, and the one that is this machine.
import { type CellEvidence, type ReadyCell, runCell } from './cell.ts';

/** What an engine is told beside what the cell is made of. */
export interface CellPlace {
  /** `architecture/label`. */
  readonly name: string;
  /** An existing folder: console, observations and command lines are there at the end. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: (detail: string) => void;
  /** What a person is to know while it goes on. */
  readonly warn: (message: string) => void;
}

/** Turns a cell whose kernel and programs are there into its evidence. */
export interface CellEngine {
  /** Cells side by side. */
  readonly jobs: number;
  /**
   * Runs all steps of a cell, once as far as anybody can see.
   * @throws Failure when it cannot be run, `interrupted`
   */
  run(cell: ReadyCell, place: CellPlace): Promise<CellEvidence>;
}

/** This machine: an engine of one. */
export const localEngine = (jobs: number): CellEngine => ({
  jobs,
  run: (cell, { folder, signal, progress }) => runCell({ ...cell, folder, signal, progress }),
});
