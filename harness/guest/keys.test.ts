// SPDX-License-Identifier: MIT
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { knownHost, makeClientKey, makeHostKey } from './keys.ts';

test('the client’s key is one that ssh2 reads, and its line is the same key’s', () => {
  const { private: secret, authorized } = makeClientKey();
  const key = ssh2.utils.parseKey(secret);
  if (key instanceof Error) throw key;
  expect(key.isPrivateKey()).toBe(true);
  expect(authorized).toContain(key.getPublicSSH().toString('base64'));
});

test('a key that ssh2 cannot read is made again', () => {
  const { private: secret } = makeClientKey();
  const unreadable = { private: secret.replace(/\n[^-]{20}/, '\n'), public: 'unreadable' };
  const readable = { private: secret, public: 'readable' };
  const made = [unreadable, unreadable, readable];
  expect(makeClientKey(() => made.shift() ?? unreadable).authorized).toBe('readable\n');
  expect(() => makeClientKey(() => unreadable)).toThrow(/cannot read/);
});

test('the server’s key: what is pinned is the public half of what dropbear is given', () => {
  const { publicBlob, dropbear } = makeHostKey();
  const known = ssh2.utils.parseKey(knownHost(2222, publicBlob).replace(/^\S+ /, ''));
  if (known instanceof Error) throw known;
  expect(known.getPublicSSH()).toEqual(publicBlob);
  // string "ssh-ed25519", then a string of 32 secret bytes and the 32 public ones.
  expect(dropbear.length).toBe(4 + 11 + 4 + 64);
  expect(dropbear.subarray(-32)).toEqual(publicBlob.subarray(-32));
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicBlob.subarray(-32).toString('base64url') };
  const secret = { ...jwk, d: dropbear.subarray(19, 51).toString('base64url') };
  const signature = sign(null, Buffer.from('text'), createPrivateKey({ key: secret, format: 'jwk' }));
  expect(verify(null, Buffer.from('text'), createPublicKey({ key: jwk, format: 'jwk' }), signature)).toBe(true);
});
