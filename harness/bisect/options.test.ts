// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { parseFragment } from '../kernel/fragments.ts';
import { differing, fragmentText, mixed, notHeld, parts, readOptions } from './options.ts';

const GOOD = 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=4\n';
const BAD = 'CONFIG_A=y\nCONFIG_B=y\nCONFIG_D="a b"\n';

test('what is not set and what is not there are the same', () => {
  expect(differing(readOptions(GOOD), readOptions('CONFIG_A=y\nCONFIG_C=4\n'))).toEqual([]);
  expect(differing(readOptions(GOOD), readOptions(BAD))).toEqual(['CONFIG_B', 'CONFIG_D', 'CONFIG_C']);
});

test('between two configurations, some options are as in the one and some as in the other', () => {
  const between = mixed(readOptions(GOOD), readOptions(BAD), ['CONFIG_B', 'CONFIG_C']);
  expect(fragmentText(between)).toBe('# as far as it can be\nCONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\n');
  expect(notHeld(between, readOptions('CONFIG_A=y\nCONFIG_C=4\n'), ['CONFIG_B', 'CONFIG_C'])).toEqual([
    'CONFIG_B',
    'CONFIG_C',
  ]);
});

test('a fragment may ask for what need not hold', () => {
  const { lines, wished } = parseFragment('x', 'CONFIG_MUST=y\n\n# as far as it can be\nCONFIG_MAY=y\n', '6.1');
  expect({ lines, wished }).toEqual({ lines: ['CONFIG_MUST=y', 'CONFIG_MAY=y'], wished: ['CONFIG_MAY=y'] });
});

test('halves, quarters, and in the end each alone', () => {
  expect(parts(['a', 'b'])).toEqual([['a'], ['b']]);
  expect(parts(['a', 'b', 'c', 'd'])).toEqual([['a', 'b'], ['c', 'd'], ['a'], ['b'], ['c'], ['d']]);
  expect(parts(['a', 'b', 'c']).slice(-3)).toEqual([['a'], ['b'], ['c']]);
  expect(parts(['a'])).toEqual([]);
});
