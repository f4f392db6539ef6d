// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CellReport, RunReport } from '../outcome/report.ts';
import { mergeCells, parseShard, shareOf } from './shard.ts';

const root = mkdtempSync(path.join(tmpdir(), 'trapline-shard-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('shards', () => {
  test.each(['0/2', '3/2', '1/0', '1', '1/', 'a/b', '1/2/3', '-1/2'])('%s is none', (word) => {
    expect(parseShard(word)).toBeUndefined();
  });

  test('each of all goes to exactly one', () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    const shares = [1, 2, 3].map((number) => shareOf(all, parseShard(`${number}/3`)));
    expect(shares).toEqual([['a', 'd'], ['b', 'e'], ['c']]);
    expect(shareOf(all, undefined)).toEqual(all);
    expect(shareOf(['a'], parseShard('2/2'))).toEqual([]);
  });
});

describe('merging', () => {
  let count = 0;
  /** A run with these cells; their folders hold a file that says whose they are. */
  function part(...names: string[]) {
    const folder = path.join(root, `run-${++count}`);
    const cells = names.map((name) => {
      const [arch = '', label = ''] = name.split('/');
      mkdirSync(path.join(folder, name), { recursive: true });
      writeFileSync(path.join(folder, name, 'console.log'), name);
      return { arch, kernel: { label }, folder: name, clauses: [] } as unknown as CellReport;
    });
    return { folder, report: { cells } as unknown as RunReport };
  }

  test('puts all cells of all runs into one folder', () => {
    const to = path.join(root, 'merged');
    const cells = mergeCells([part('a/with', 'a/without'), part('b/with')], to);
    expect(cells.map(({ arch, kernel }) => `${arch}/${kernel.label}`)).toEqual(['a/with', 'a/without', 'b/with']);
    for (const name of ['a/with', 'a/without', 'b/with']) {
      expect(existsSync(path.join(to, name, 'console.log'))).toBe(true);
    }
  });

  test('counts no cell twice, and copies nothing before it knows', () => {
    const to = path.join(root, 'twice');
    expect(() => mergeCells([part('a/with'), part('b/with', 'a/with')], to)).toThrow(
      expect.objectContaining({ name: 'cell-twice' }),
    );
    expect(existsSync(to)).toBe(false);
  });

  test('a run whose folder is not whole is refused', () => {
    const broken = part('a/with');
    rmSync(path.join(broken.folder, 'a/with'), { recursive: true });
    expect(() => mergeCells([broken], path.join(root, 'broken'))).toThrow(
      expect.objectContaining({ name: 'cell-folder-missing' }),
    );
  });
});
