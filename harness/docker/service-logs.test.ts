// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { demultiplexed } from './service-logs.ts';

function frame(stream: number, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

test('the two streams are taken apart, and the engine’s own words are no output', () => {
  const content = Buffer.concat([frame(1, 'one\n'), frame(2, 'oh\n'), frame(1, 'two\n'), frame(3, 'node gone\n')]);
  const { stdout, stderr, trouble } = demultiplexed(content);
  expect({ stdout: stdout.toString(), stderr, trouble }).toEqual({
    stdout: 'one\ntwo\n',
    stderr: 'oh',
    trouble: 'node gone',
  });
});

test('a length above 127 is a length, and what was cut off is left out', () => {
  const long = 'x'.repeat(40_000);
  const content = Buffer.concat([frame(1, long), frame(1, 'cut')]);
  expect(demultiplexed(content.subarray(0, content.length - 1)).stdout.toString()).toBe(long);
  expect(demultiplexed(content.subarray(0, 3)).stdout.length).toBe(0);
});
