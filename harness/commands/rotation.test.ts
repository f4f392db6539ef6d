// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inProject } from '../config/paths.ts';
import { leftOut, ROTATING } from './rotation.ts';

test('every test that takes turns is there, and has its turn', () => {
  const all = ROTATING.flat();
  for (const file of all) expect(existsSync(inProject(file)), file).toBe(true);
  const turns = ROTATING.map((_, number) => all.filter((file) => !leftOut(false, number).includes(file)));
  expect(turns).toEqual(ROTATING);
  expect(leftOut(true, 0)).toEqual([]);
});
