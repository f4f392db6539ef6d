// SPDX-License-Identifier: MIT
// How long each cell took the last time, so that the slowest can begin first and none is left to end alone.
import { inCache } from '../config/paths.ts';
import { readJson } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';

const file = (): string => inCache('durations.json');

function known(): Record<string, number> {
  const read = readJson<unknown>(file());
  return typeof read === 'object' && read !== null ? (read as Record<string, number>) : {};
}

/** `seconds` in machines, by the cell's name (`architecture/label`). A hint: losing one of two writers is no harm. */
export function rememberDuration(cell: string, seconds: number): void {
  try {
    writeFileAtomically(file(), JSON.stringify({ ...known(), [cell]: Math.round(seconds * 10) / 10 }));
  } catch {
    // Without a cache that can be written only the order is worse.
  }
}

/**
 * The cells with those first that took longest; one that was never run counts as longer than any. Cells of one
 * architecture stay together, since their kernels share objects.
 */
export function slowestFirst<T>(
  cells: readonly T[],
  architectureOf: (cell: T) => string,
  nameOf: (cell: T) => string,
): T[] {
  const durations = known();
  const lasting = (cell: T): number => durations[nameOf(cell)] ?? Number.MAX_VALUE;
  const longest = new Map<string, number>();
  for (const cell of cells) {
    const architecture = architectureOf(cell);
    longest.set(architecture, Math.max(longest.get(architecture) ?? 0, lasting(cell)));
  }
  const ofArchitecture = (cell: T): number => longest.get(architectureOf(cell)) ?? 0;
  return [...cells].sort((a, b) => ofArchitecture(b) - ofArchitecture(a) || lasting(b) - lasting(a));
}
