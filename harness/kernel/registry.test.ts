// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { demandFingerprint } from './registry.ts';

test('a beginning of a fingerprint is not enough for a registry', () => {
  expect(() => demandFingerprint('abc')).toThrow(expect.objectContaining({ name: 'no-such-kernel' }));
  expect(() => demandFingerprint('0'.repeat(64))).not.toThrow();
});
