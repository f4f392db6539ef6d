// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { pacedWriter } from './paced.ts';

test('what is typed at once arrives whole, in its order, a few bytes at a time', async () => {
  const written: { text: string; at: number }[] = [];
  const write = (bytes: Uint8Array) =>
    void written.push({ text: Buffer.from(bytes).toString(), at: performance.now() });
  const type = pacedWriter(write, 4, 10);
  await Promise.all([type(Buffer.from('a pasted line\n')), type(Buffer.from('and more'))]);
  expect(written.map(({ text }) => text)).toEqual(['a pa', 'sted', ' lin', 'e\n', 'and ', 'more']);
  const pauses = written.slice(1).map(({ at }, index) => at - (written[index]?.at ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThan(8);
});
