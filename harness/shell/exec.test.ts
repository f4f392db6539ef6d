// SPDX-License-Identifier: MIT
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import { memoryFor, readWorkFiles } from './exec.ts';

test('files add twice their size to the memory, in steps that the kernel and the machine take', () => {
  for (const architecture of architectures) {
    const added = (bytes: number): number =>
      memoryFor(architecture, [{ name: 'f', content: Buffer.alloc(bytes) }]) - architecture.qemu.memoryMegabytes;
    expect(memoryFor(architecture, [])).toBe(architecture.qemu.memoryMegabytes);
    const { memoryStep: step = 32 } = architecture.qemu;
    expect(added(1), architecture.name).toBe(step);
    expect(added((step / 2) * 2 ** 20)).toBe(step);
    expect(added((step / 2) * 2 ** 20 + 1)).toBe(2 * step);
  }
});

test('a program is the host’s file, a file that was named, or the guest’s own', () => {
  const here = fileURLToPath(import.meta.url);
  expect(readWorkFiles(here, [])).toMatchObject({ program: './exec.test.ts', files: [{ name: 'exec.test.ts' }] });
  expect(readWorkFiles('exec.test.ts', [here]).files).toHaveLength(1);
  expect(readWorkFiles('/probe', [])).toEqual({ program: '/probe', files: [] });
  expect(() => readWorkFiles('nothing-here', [])).toThrow(/no file nothing-here/);
  expect(() => readWorkFiles(here, ['/etc/exec.test.ts', here])).toThrow(
    /no file \/etc\/exec\.test\.ts|both be called/,
  );
  // One that is up has a PATH, and files that were copied before.
  expect(readWorkFiles('ls', [], true)).toEqual({ program: 'ls', files: [] });
  expect(readWorkFiles('./copied-before', [], true)).toEqual({ program: './copied-before', files: [] });
});
