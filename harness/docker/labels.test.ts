// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { startOf } from '../store/temporary.ts';
import { OWNER, ownedByAnother, ownerIsDead, ownLabels } from './labels.ts';

const own = ownLabels()[OWNER] ?? '';
const [host, boot] = own.split(' ');

test('what this process made is its own', () => {
  expect(ownedByAnother(own)).toBe(false);
  expect(ownerIsDead(own)).toBe(false);
});

test('what another process of this host made is its until it ends', async () => {
  const child = spawn('sleep', ['600']);
  const owner = `${host} ${boot} ${child.pid} ${startOf(child.pid ?? 0)}`;
  expect(ownedByAnother(owner)).toBe(true);
  child.kill();
  await new Promise((resolve) => child.on('exit', resolve));
  expect(ownedByAnother(owner)).toBe(false);
  expect(ownerIsDead(owner)).toBe(true);
});

test('of other hosts, and of what has no owner, nothing is known', () => {
  for (const owner of [undefined, '', `elsewhere ${boot} 1 1`]) {
    expect(ownedByAnother(owner)).toBe(false);
    expect(ownerIsDead(owner)).toBe(false);
  }
});
