// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeClientKey, makeHostKey } from '../guest/keys.ts';
import { claimGuestName, findGuest, guestNames, recordGuest, releaseGuestName } from './guest-record.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'trapline-guests-'));
  process.env.TRAPLINE_CACHE = cache;
});
afterEach(() => {
  rmSync(cache, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
});

const guests = (): string => path.join(cache, 'guests');
const host = makeHostKey();
const client = makeClientKey();

test('a guest is found by its name as long as it is up, and its keys are nobody else’s', () => {
  const name = claimGuestName(undefined, 'sparc64');
  expect(name).toBe('sparc64');
  expect(() => findGuest(name)).toThrow(/none is up/);
  const command = recordGuest(name, 'sparc64/with', 40_000, host, client);
  expect(findGuest(name)).toEqual({ port: 40_000, hostKey: host.publicBlob, privateKey: client.private });
  expect(() => findGuest('other')).toThrow(/up are: sparc64.*shell --ssh/);
  expect(statSync(path.join(guests(), name)).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(guests(), name, 'key')).mode & 0o777).toBe(0o600);
  // As OpenSSH understands it.
  const printed = execFileSync('ssh', ['-G', ...command.slice(1)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(printed).toMatch(/^hostname 127\.0\.0\.1$/m);
  expect(printed).toMatch(/^port 40000$/m);
  expect(printed).toMatch(/^stricthostkeychecking true$/m);
  const pinned = execFileSync('ssh-keygen', ['-l', '-f', path.join(guests(), name, 'known_hosts')], {
    encoding: 'utf8',
  });
  expect(pinned).toContain('ED25519');
  releaseGuestName(name);
  expect(guestNames()).toEqual([]);
  expect(readdirSync(guests())).toEqual([]);
});

test('a name is given once', () => {
  expect([claimGuestName(undefined, 'arm64'), claimGuestName(undefined, 'arm64')]).toEqual(['arm64', 'arm64-2']);
  expect(claimGuestName('box', 'arm64')).toBe('box');
  expect(() => claimGuestName('box', 'arm64')).toThrow(/called box is up already/);
  expect(() => claimGuestName('../box', 'arm64')).toThrow(/no name for a guest/);
});

test('what a trapline that was killed left is removed by the next', () => {
  mkdirSync(path.join(guests(), 'old'), { recursive: true });
  writeFileSync(path.join(guests(), 'old', 'owner'), '4194000 1');
  expect(claimGuestName('old', 'x')).toBe('old');
  expect(readFileSync(path.join(guests(), 'old', 'owner'), 'utf8')).toContain(String(process.pid));
});
