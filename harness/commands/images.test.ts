// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import { pinned } from './images.ts';

test('every package of the builder image has its version, unless the newest are asked for', () => {
  expect(pinned(architectures, false).filter((name) => !name.includes('='))).toEqual([]);
  expect(pinned(architectures, true).filter((name) => name.includes('='))).toEqual([]);
});
