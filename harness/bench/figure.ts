// SPDX-License-Identifier: MIT
// A figure of the design: what is measured, against what, and what is to be reached.

import path from 'node:path';

export interface Measurement {
  /** What was measured, and what it is compared with, if anything. */
  readonly measured: { readonly what: string; readonly value: number };
  readonly against?: { readonly what: string; readonly value: number };
  readonly unit: 's' | 'MiB' | 'files';
  /** Most that the ratio (with `against`) or the value may be; without it nothing is asked, it is only told. */
  readonly limit?: number;
  readonly note?: string;
}

export interface FigureContext {
  /** ./trapline of this checkout. */
  readonly trapline: string;
  /** Removed afterwards. */
  readonly scratch: string;
  readonly jobs: number;
  /** How often each is taken. */
  readonly times: number;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}

export interface Figure {
  readonly name: string;
  readonly title: string;
  /** Builds much, or runs much: only when it is asked for. */
  readonly cold?: true;
  readonly measure: (context: FigureContext) => Promise<readonly Measurement[]>;
}

/** The ratio, or the value itself when there is nothing to compare with. */
export const scoreOf = ({ measured, against }: Measurement): number =>
  against ? measured.value / against.value : measured.value;

/** Undefined where nothing is asked. */
export const reached = (measurement: Measurement): boolean | undefined =>
  measurement.limit === undefined ? undefined : scoreOf(measurement) <= measurement.limit;

let folders = 0;
/** A path in the scratch folder that nothing has yet. */
export const freshFolder = ({ scratch }: FigureContext, name: string): string =>
  path.join(scratch, `${name}-${++folders}`);
