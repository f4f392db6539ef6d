// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { findArchitecture } from '../arch/index.ts';
import { dynamicX86, makeElf, staticX86, X86_64_LOADER } from '../arch/testdata/elf.ts';
import { demandRunnable, interpreterOf, whyNotStarted } from './runnable.ts';

const x86_64 = findArchitecture('x86_64');
const arm64 = findArchitecture('arm64');
const OWN = ['/init', '/probe'];
const file = (name: string, content: string | Buffer) => ({ name, content: Buffer.from(content) });
const program = file('a.out', dynamicX86);

describe('before the boot', () => {
  test('a program for another processor, in any guest', () => {
    const files = [file('a.out', staticX86)];
    const wrong = expect.objectContaining({
      name: 'program-foreign',
      kind: 'request',
      message: expect.stringMatching(/^a\.out is for x86_64, the guest is arm64\. Build it with .*gcc -static/),
    });
    expect(() => demandRunnable('./a.out', files, arm64, OWN)).toThrow(wrong);
    expect(() => demandRunnable('./a.out', files, arm64)).toThrow(wrong);
    expect(() => demandRunnable('./a.out', files, x86_64, OWN)).not.toThrow();
  });

  test('a dynamic program, also with its loader beside it: that lies at another path', () => {
    const wrong = expect.objectContaining({
      name: 'program-dynamic',
      message: expect.stringContaining(`a.out is dynamically linked (needs ${X86_64_LOADER})`),
    });
    expect(() => demandRunnable('./a.out', [program], x86_64, OWN)).toThrow(wrong);
    const loader = file('ld-linux-x86-64.so.2', staticX86);
    expect(() => demandRunnable('./a.out', [program, loader], x86_64, OWN)).toThrow(wrong);
    // The loader may be the program; and the path may be one of /work.
    expect(() => demandRunnable('./ld-linux-x86-64.so.2', [program, loader], x86_64, OWN)).not.toThrow();
    const moved = file('moved', makeElf(62, 64, 'little', '/work/ld-linux-x86-64.so.2'));
    expect(() => demandRunnable('./moved', [moved, loader], x86_64, OWN)).not.toThrow();
  });

  test('a script without its interpreter, or with one that the guest cannot run', () => {
    const script = (line: string) => file('a.sh', `${line}\necho\n`);
    const demand = (line: string, ...more: ReturnType<typeof file>[]) =>
      demandRunnable('./a.sh', [script(line), ...more], x86_64, OWN);
    expect(() => demand('#! /bin/sh -e')).toThrow(
      expect.objectContaining({
        name: 'interpreter-missing',
        message: expect.stringMatching(/^a\.sh is a script for \/bin\/sh, which the guest has not\. .*busybox/),
      }),
    );
    expect(() => demand('#!/work/busybox sh', file('busybox', staticX86))).not.toThrow();
    expect(() => demand('#!./busybox sh', file('busybox', staticX86))).not.toThrow();
    expect(() => demand('#!/work/busybox sh', file('busybox', dynamicX86))).toThrow(/busybox is dynamically linked/);
    expect(() => demand('#!/probe')).not.toThrow();
    expect(() => demand('#!/work/a.sh')).not.toThrow();
  });

  test('not what may be there: in a guest with a system, in the guest itself, of a format that a kernel may know', () => {
    expect(() => demandRunnable('./a.out', [program], x86_64)).not.toThrow();
    expect(() => demandRunnable('/probe', [program], x86_64, OWN)).not.toThrow();
    expect(() => demandRunnable('./a.out', [file('a.out', 'bFLT\0\0\0\x04')], x86_64, OWN)).not.toThrow();
  });
});

describe('after it failed', () => {
  const inShell = { lacks: true, shell: true };
  const alone = { lacks: false, shell: false };

  test('a guest that has no such loader or interpreter', () => {
    expect(interpreterOf(program)).toBe(X86_64_LOADER);
    expect(whyNotStarted(127, program, x86_64, inShell)).toMatch(
      /^a\.out is dynamically linked \(needs \/lib64\/.*Link it with -static.*--with libc6/,
    );
    expect(whyNotStarted(126, file('a.pl', '#!/usr/bin/perl\n'), x86_64, inShell)).toContain(
      'script for /usr/bin/perl',
    );
    expect(whyNotStarted(127, program, x86_64, { lacks: false, shell: true })).toBeUndefined();
  });

  test('a program of 32 bits, whose kernel may not be made for them', () => {
    expect(whyNotStarted(127, file('a.out', makeElf(3, 32, 'little')), x86_64, alone)).toMatch(
      /^a\.out is for i386: does the guest's x86_64 kernel run such programs\?/,
    );
  });

  test('what is no program; a shell may have taken it for a script', () => {
    const text = file('notes', 'echo hello\n');
    expect(whyNotStarted(127, text, x86_64, alone)).toContain('notes is neither an ELF program nor a script');
    expect(whyNotStarted(127, text, x86_64, { lacks: false, shell: true })).toBeUndefined();
  });

  test('a program that ended with such a status by itself, or with another one', () => {
    expect(whyNotStarted(127, file('a.out', staticX86), x86_64, alone)).toBeUndefined();
    expect(whyNotStarted(1, program, x86_64, inShell)).toBeUndefined();
  });
});
