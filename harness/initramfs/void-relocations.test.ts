// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { voidRelocations } from './void-relocations.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-archive-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An object of one section with relocations of these types; `sectionType` 9 is SHT_REL, which has none of ours. */
function objectOf(types: readonly number[], sectionType = 4): Buffer {
  const object = Buffer.alloc(64 + 64 + 24 * types.length);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]).copy(object);
  object.writeBigUInt64LE(64n, 0x28);
  object.writeUInt16LE(64, 0x3a);
  object.writeUInt16LE(1, 0x3c);
  object.writeUInt32LE(sectionType, 64 + 4);
  object.writeBigUInt64LE(128n, 64 + 24);
  object.writeBigUInt64LE(BigInt(24 * types.length), 64 + 32);
  types.forEach((type, index) => {
    object.writeBigUInt64LE((7n << 32n) | BigInt(type), 128 + 24 * index + 8);
  });
  return object;
}

function archiveOf(...members: readonly Buffer[]): Buffer {
  const parts = members.flatMap((content) => [
    Buffer.from(`${'name/'.padEnd(48)}${String(content.length).padEnd(10)}\`\n`),
    content,
    Buffer.alloc(content.length % 2),
  ]);
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

test('relocations of the type become void in every object, and nothing else changes', () => {
  const file = path.join(folder, 'libc.a');
  const text = Buffer.from('a table of symbols');
  // Of odd length: the next member begins one byte later.
  const odd = Buffer.from('odd');
  writeFileSync(file, archiveOf(text, objectOf([102, 5]), odd, objectOf([102], 9), objectOf([100, 102, 102])));
  expect(voidRelocations(file, 102)).toBe(3);
  expect(readFileSync(file)).toEqual(archiveOf(text, objectOf([0, 5]), odd, objectOf([102], 9), objectOf([100, 0, 0])));
  expect(voidRelocations(file, 102)).toBe(0);
});

test('what is no archive is told', () => {
  const file = path.join(folder, 'libc.so');
  writeFileSync(file, 'GROUP ( libc.so.6 )');
  expect(() => voidRelocations(file, 102)).toThrow('no archive');
});
