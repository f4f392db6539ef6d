// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import { pinned, workerPackages } from './images.ts';

test('every package of the builder image has its version, unless the newest are asked for', () => {
  expect(pinned(architectures, false).filter((name) => !name.includes('='))).toEqual([]);
  expect(pinned(architectures, true).filter((name) => name.includes('='))).toEqual([]);
});

test('so has every package of the image that cells of a swarm run in, Node.js among them', () => {
  const packages = workerPackages(architectures, false);
  expect(packages.filter((name) => !name.includes('='))).toEqual([]);
  expect(packages).toContainEqual(expect.stringMatching(/^nodejs=20\./));
  expect(workerPackages(architectures, true)).toContain('nodejs');
});
