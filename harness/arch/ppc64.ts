// SPDX-License-Identifier: MIT
import { ppc64le } from './ppc64le.ts';
import type { Architecture } from './record.ts';

/** The same processor and machine with the other order of bytes, and the older ABI with it. */
export const ppc64: Architecture = {
  ...ppc64le,
  name: 'ppc64',
  title: 'Power, 64-bit, big endian (POWER10)',
  elf: { machines: [21, 20], bits: 64, endian: 'big' },
  kernel: { ...ppc64le.kernel, fragment: 'ppc64' },
  toolchain: {
    ...ppc64le.toolchain,
    prefix: 'powerpc64-linux-gnu-',
    packages: ['gcc-powerpc64-linux-gnu', 'libc6-dev-ppc64-cross'],
    compat32: { compiler: 'powerpc64-linux-gnu-gcc', flags: ['-m32'] },
  },
};
