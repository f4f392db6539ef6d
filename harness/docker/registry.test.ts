// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { parseRepository } from './registry.ts';

describe('parseRepository', () => {
  test.each([
    ['localhost:5000/kernels', 'localhost:5000'],
    ['localhost/kernels', 'localhost'],
    ['registry.example/group/kernels', 'registry.example'],
    ['127.0.0.1:5000/a/b-c', '127.0.0.1:5000'],
    ['builder:5000/kernels', 'builder:5000'],
  ])('%s is in %s', (text, registry) => {
    expect(parseRepository(text)).toEqual({ name: text, registry });
  });

  // Without a registry an engine would take a public one.
  test.each(['kernels', 'group/kernels', 'localhost:5000', 'registry.example/', 'registry.example/a:b', ''])(
    'refuses "%s"',
    (text) => {
      expect(() => parseRepository(text)).toThrow(expect.objectContaining({ name: 'unknown-repository' }));
    },
  );
});
