// SPDX-License-Identifier: MIT
// Architectures that Linux and QEMU have in common and that cannot be tested here, each with the reason found by trying.

export interface Unavailable {
  readonly name: string;
  readonly title: string;
  readonly reason: string;
}

export const unavailable: readonly Unavailable[] = [
  {
    name: 'xtensa',
    title: 'Xtensa',
    reason:
      "Debian's one compiler for it (gcc-xtensa-lx106 12.2) is for a core without an MMU: its assembler refuses the window instructions (entry, retw), its only C library (picolibc) is for bare metal, and clang 19 knows no such target",
  },
  {
    name: 'sparc32',
    title: 'SPARC V8, 32-bit',
    reason:
      "Debian's one 32-bit C library for it (libc6-dev-sparc-sparc64-cross 2.36) is V8+: of the 102,404 instructions of a static program with an empty main 16,696 are none of V8's (objdump -m sparc), and on QEMU's V8 processors, which are all that its 32-bit machines have (leon3, sun4m), it ends by SIGILL; sparc64-compat runs such programs on the 64-bit kernel",
  },
];
