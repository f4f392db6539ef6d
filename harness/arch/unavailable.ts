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
];
