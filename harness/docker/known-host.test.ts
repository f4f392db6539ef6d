// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostCheck } from './known-host.ts';

const home = mkdtempSync(path.join(tmpdir(), 'trapline-known-'));
const before = process.env.HOME;
// Any bytes serve: nobody signs with them here.
const key = Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]);
const other = Buffer.concat([key.subarray(0, -1), Buffer.from([8])]);

beforeAll(() => {
  process.env.HOME = home;
  mkdirSync(path.join(home, '.ssh'));
  const text = key.toString('base64');
  writeFileSync(path.join(home, '.ssh/known_hosts'), `[builder]:2222 ssh-ed25519 ${text}\nplain ssh-ed25519 ${text}\n`);
});
afterAll(() => {
  process.env.HOME = before;
  rmSync(home, { recursive: true });
});

test.each(['ssh://root@builder:2222', 'ssh://plain', 'ssh://plain:22'])('%s is known by its key', (address) => {
  const check = hostCheck(address);
  expect(check?.hostVerifier(key)).toBe(true);
  expect(check?.refusal()).toBeUndefined();
});

test.each([
  ['another key', 'ssh://builder:2222', other],
  ['another port', 'ssh://builder', key],
  ['another host', 'ssh://elsewhere', key],
])('%s is refused', (_, address, shown) => {
  const check = hostCheck(address);
  expect(check?.hostVerifier(shown)).toBe(false);
  expect(check?.refusal()).toMatchObject({ name: 'unknown-docker-host' });
});

test('other addresses have no such key', () => {
  expect(hostCheck('unix:///var/run/docker.sock')).toBeUndefined();
});
