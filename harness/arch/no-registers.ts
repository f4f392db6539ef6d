// SPDX-License-Identifier: MIT
import type { Profile } from './record.ts';

const ENOENT = 2;

/**
 * What a profile says of debug registers where Linux has none: perf knows no such event. Data and execution are
 * those of the triggers that stand in, which come before the instruction.
 */
export const noDebugRegisters = {
  slots: { data: 0, execute: 0, shared: false },
  types: [],
  dataLengths: [],
  dataAlignment: 'natural',
  longDataErrno: ENOENT,
  executeLengths: [],
  kernelWatchErrno: ENOENT,
  executeLength: 4,
  dataTrap: 'before',
  executeTrap: 'before',
} as const satisfies Partial<Profile>;
