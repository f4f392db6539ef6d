// SPDX-License-Identifier: MIT
import { mips64el } from './mips64el.ts';
import type { Architecture } from './record.ts';

/** The same board with a 32-bit processor, and the other order of bytes. */
export const mips: Architecture = {
  ...mips64el,
  name: 'mips',
  title: 'MIPS, 32-bit, big endian (MIPS32 release 2)',
  elf: { machines: [8], bits: 32, endian: 'big' },
  kernel: { ...mips64el.kernel, fragment: 'mips' },
  toolchain: {
    prefix: 'mips-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-mips-linux-gnu', 'libc6-dev-mips-cross'],
    flags: [],
    programs: { folder: 'mips' },
  },
  qemu: { ...mips64el.qemu, binary: 'qemu-system-mips', cpu: '24Kf' },
  profile: {
    ...mips64el.profile,
    // Of $f0-$f31 the even ones, 64 bits each: the odd ones are their upper halves.
    registerSite: { ...mips64el.profile.registerSite, vectorWords: [16] },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      misaligned: { signal: 10, code: 128 },
    },
  },
};
