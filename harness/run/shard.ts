// SPDX-License-Identifier: MIT
// One run on several machines: each takes its share of the architectures, and what they found is put together again.
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { requestFailure } from '../outcome/failure.ts';
import type { CellReport, RunReport } from '../outcome/report.ts';

export interface Shard {
  /** From 1 to `of`. */
  readonly number: number;
  readonly of: number;
}

/** `2/5`, or undefined when it is no such thing. */
export function parseShard(word: string): Shard | undefined {
  const [, number, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(word) ?? [];
  return number && of && Number(number) <= Number(of) ? { number: Number(number), of: Number(of) } : undefined;
}

/**
 * The share of one shard. Whole architectures, since the kernels of one are built from the same objects; dealt out in
 * turn, so that neighbours in the list, which are alike in what they cost, do not come together.
 */
export function shareOf<T>(all: readonly T[], shard: Shard | undefined): T[] {
  return shard ? all.filter((_, index) => index % shard.of === shard.number - 1) : [...all];
}

/** A run's report with the folder that it lies in. */
export interface Part {
  readonly folder: string;
  readonly report: RunReport;
}

const cellKey = ({ arch, kernel }: CellReport): string => `${arch}/${kernel.label}`;

/**
 * Copies the cells of several runs into one folder, each once.
 * @throws Failure `cell-twice` when two runs have the same one, `cell-folder-missing`
 */
export function mergeCells(parts: readonly Part[], to: string): CellReport[] {
  const from = new Map<string, string>();
  for (const { folder, report } of parts) {
    for (const cell of report.cells) {
      const key = cellKey(cell);
      const before = from.get(key);
      if (before !== undefined) {
        throw requestFailure(
          'cell-twice',
          `${key} is in ${before} and in ${folder}: it would be counted twice`,
          'Name each run once; ./trapline compare sets two runs of the same cells side by side',
        );
      }
      from.set(key, folder);
      if (!existsSync(path.join(folder, cell.folder))) {
        throw requestFailure(
          'cell-folder-missing',
          `${folder} has no folder ${cell.folder}, which its report speaks of`,
          'Copy the whole folder of the run',
        );
      }
    }
  }
  return parts.flatMap(({ folder, report }) =>
    report.cells.map((cell) => {
      cpSync(path.join(folder, cell.folder), path.join(to, cell.folder), { recursive: true });
      return cell;
    }),
  );
}
