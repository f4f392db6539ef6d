// SPDX-License-Identifier: MIT
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
  expect(findGuest(name)).toEqual({
    architecture: 'sparc64',
    port: 40_000,
    hostKey: host.publicBlob,
    privateKey: client.private,
  });
  expect(() => findGuest('other')).toThrow(/up are: sparc64.*shell --ssh/);
  expect(statSync(path.join(guests(), name)).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(guests(), name, 'key')).mode & 0o777).toBe(0o600);
  expect(command).toEqual(['ssh', '-F', path.join(guests(), name, 'ssh_config'), 'sparc64']);
  const config = readFileSync(path.join(guests(), name, 'ssh_config'), 'utf8');
  expect(config).toMatch(/^Host sparc64\n {2}HostName "127\.0\.0\.1"\n {2}Port "40000"\n/);
  expect(config).toContain('StrictHostKeyChecking "yes"');
  const pinned = `[127.0.0.1]:40000 ssh-ed25519 ${host.publicBlob.toString('base64')}\n`;
  expect(readFileSync(path.join(guests(), name, 'known_hosts'), 'utf8')).toBe(pinned);
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
