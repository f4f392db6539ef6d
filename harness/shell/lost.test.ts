// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { consoleTail } from './lost.ts';

test('a console’s last lines, however they end there', () => {
  expect(consoleTail('[    0.1] one\r\n\r\n[    0.2] two\r\r\nthree\n')).toBe('[    0.1] one\n\n[    0.2] two\nthree');
  expect(consoleTail('line\r\n'.repeat(100)).split('\n')).toEqual(Array.from({ length: 30 }, () => 'line'));
  expect(consoleTail('')).toBe('');
});
