// SPDX-License-Identifier: MIT
// Architectures that Linux and QEMU have in common and that cannot be tested here, each with the reason found by trying.

export interface Unavailable {
  readonly name: string;
  readonly title: string;
  readonly reason: string;
}

export const unavailable: readonly Unavailable[] = [];
