// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elfName, isNative, readElf, runsOn } from './elf.ts';
import { architectures, findArchitecture } from './index.ts';
import { makeElf } from './testdata/elf.ts';

test.each([
  [62, 64, 'little', '/lib64/ld-linux-x86-64.so.2'],
  [43, 64, 'big', '/lib64/ld-linux.so.2'],
  [40, 32, 'little', '/lib/ld-linux-armhf.so.3'],
  [20, 32, 'big', undefined],
] as const)('a header of machine %i, %i bits, %s-endian', (machine, bits, endian, interpreter) => {
  expect(readElf(makeElf(machine, bits, endian, interpreter))).toEqual({ machine, bits, endian, interpreter });
});

test('a real program of this machine', () => {
  expect(readElf(readFileSync('/bin/sh'))).toMatchObject({ interpreter: expect.stringMatching(/^\/lib/) });
});

test('what is no ELF file, or is cut off', () => {
  expect(readElf(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
  expect(readElf(Buffer.alloc(0))).toBeUndefined();
  expect(readElf(makeElf(62, 64, 'little').subarray(0, 60))).toBeUndefined();
});

test('each architecture runs its own programs, and no other of one byte order too many', () => {
  for (const architecture of architectures) {
    const { machines, bits, endian } = architecture.elf;
    const own = { machine: machines[0] ?? 0, bits, endian, interpreter: undefined };
    expect(isNative(own, architecture), architecture.name).toBe(true);
    expect(runsOn({ ...own, endian: endian === 'big' ? 'little' : 'big' }, architecture)).toBe(false);
    expect(architecture.name === elfName(own) || /-compat$/.test(architecture.name), architecture.name).toBe(true);
  }
});

test('32-bit programs run on the 64-bit kernel, and not the other way round', () => {
  const program = (name: string) => {
    const { machines, bits, endian } = findArchitecture(name).elf;
    return { machine: machines[0] ?? 0, bits, endian, interpreter: undefined };
  };
  const runs = (one: string, on: string) => runsOn(program(one), findArchitecture(on));
  for (const [short, long] of [
    ['i386', 'x86_64'],
    ['arm', 'arm64'],
    ['ppc32', 'ppc64'],
  ] as const) {
    expect({ short, there: runs(short, long), back: runs(long, short) }).toEqual({ short, there: true, back: false });
  }
  expect(runs('mips64el', 'mips')).toBe(false);
  expect(runs('x86_64', 'x86_64-compat')).toBe(true);
  expect(elfName({ machine: 93, bits: 64, endian: 'little', interpreter: undefined })).toContain('ELF machine 93');
});
