// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rememberDuration, slowestFirst } from './durations.ts';

const before = process.env.TRAPLINE_CACHE;
let cache = '';
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'trapline-durations-'));
  process.env.TRAPLINE_CACHE = cache;
});
afterEach(() => {
  rmSync(cache, { recursive: true });
  if (before === undefined) delete process.env.TRAPLINE_CACHE;
  else process.env.TRAPLINE_CACHE = before;
});

const order = (cells: string[]): string[] => slowestFirst(cells, (cell) => cell.split('/')[0] ?? '', String);

test('what was never run comes first, then the slowest, and an architecture stays together', () => {
  rememberDuration('quick/with', 1);
  rememberDuration('quick/without', 2);
  rememberDuration('slow/with', 5);
  rememberDuration('slow/without', 80);
  expect(order(['quick/with', 'quick/without', 'slow/with', 'slow/without', 'new/with'])).toEqual([
    'new/with',
    'slow/without',
    'slow/with',
    'quick/without',
    'quick/with',
  ]);
});

test('without a memory the order is the request’s', () => {
  expect(order(['b/with', 'a/with'])).toEqual(['b/with', 'a/with']);
});
