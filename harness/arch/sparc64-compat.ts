// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';
import { sparc64 } from './sparc64.ts';

/** 32-bit programs on the 64-bit kernel: one guest folder for both, and frames of their own. */
export const sparc64Compat: Architecture = {
  ...sparc64,
  name: 'sparc64-compat',
  title: 'SPARC, 32-bit programs (V8+) on a 64-bit kernel',
  toolchain: {
    prefix: sparc64.toolchain.prefix,
    nativeOn: sparc64.toolchain.nativeOn,
    packages: sparc64.toolchain.packages,
    flags: ['-m32', '-mcpu=v9'],
    machine: 'sparc-linux-gnu',
    // It depends on the C library for 32-bit programs, libc6-dev-sparc-sparc64-cross.
    programs: { folder: 'sparc64', packages: ['gcc-multilib-sparc64-linux-gnu'] },
  },
  // No uprobe: a 32-bit program is never stepped over one (docs/findings/sparc64-uprobe-32-bit.md).
  triggers: ['page-fault', 'trap-instruction'],
  profile: {
    ...sparc64.profile,
    // Of the flags psr holds icc alone.
    registerSite: { ...sparc64.profile.registerSite, conditions: '0x5' },
    refusedPc: {
      // Every address of 32 bits can be translated. arch/sparc/kernel/signal32.c do_rt_sigreturn32: SI_KERNEL.
      unmapped: { signal: 11, code: 1 },
      misaligned: { signal: 11, code: 128, inSigreturn: true },
    },
    source: 'as sparc64; frames of arch/sparc/kernel/signal32.c, whose psr holds icc of the condition codes',
  },
};
