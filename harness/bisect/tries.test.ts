// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { costText, demandTries } from './tries.ts';

test('a confidence costs what --help says it does', () => {
  const costs = (confidence: number) => [10, 5, 1].map((failed) => demandTries(failed, 10, confidence));
  expect(costs(0.9)).toEqual([2, 9, 128]);
  expect(costs(0.95)).toEqual([3, 12, 167]);
  expect(costs(0.99)).toEqual([4, 18, 256]);
  expect(costs(0.999)).toEqual([6, 26, 383]);
});

test('what would take days is refused, with the confidence that could be had instead', () => {
  const asked = () => demandTries(1, 100, 0.95);
  expect(asked).toThrow(expect.objectContaining({ kind: 'request', name: 'too-many-tries' }));
  expect(asked).toThrow(/1 of 100 tries .*0\.95 costs 1694 tries.*a --confidence of 0\.82;/);
  expect(demandTries(1, 100, 0.82)).toBeLessThanOrEqual(1000);
});

test('the cost is told in one line', () => {
  expect(costText(5, 10, 0.99, 18)).toMatch(/in 5 of 10 tries.* 0\.99 costs 18 tries/);
});
