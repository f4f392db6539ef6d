// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import { memoryFor } from './exec.ts';

test('files add twice their size to the memory, in steps that every kernel takes', () => {
  for (const architecture of architectures) {
    const added = (bytes: number): number =>
      memoryFor(architecture, [{ name: 'f', content: Buffer.alloc(bytes) }]) - architecture.qemu.memoryMegabytes;
    expect(memoryFor(architecture, [])).toBe(architecture.qemu.memoryMegabytes);
    expect(added(1)).toBe(32);
    expect(added(16 * 2 ** 20)).toBe(32);
    expect(added(16 * 2 ** 20 + 1)).toBe(64);
  }
});
