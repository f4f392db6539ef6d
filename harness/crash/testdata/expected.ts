// SPDX-License-Identifier: MIT
// What each recorded log says, `KERNEL/FAULT`: compared with what is cut out.
import { alpha } from './expected/alpha.ts';
import { arm } from './expected/arm.ts';
import { arm64 } from './expected/arm64.ts';
import type { Expectations } from './expected/expectations.ts';
import { i386 } from './expected/i386.ts';
import { loongarch64 } from './expected/loongarch64.ts';
import { m68k } from './expected/m68k.ts';
import { mips } from './expected/mips.ts';
import { mips64el } from './expected/mips64el.ts';
import { parisc } from './expected/parisc.ts';
import { ppc32 } from './expected/ppc32.ts';
import { ppc64 } from './expected/ppc64.ts';
import { ppc64le } from './expected/ppc64le.ts';
import { riscv64 } from './expected/riscv64.ts';
import { s390x } from './expected/s390x.ts';
import { sh4 } from './expected/sh4.ts';
import { sparc64 } from './expected/sparc64.ts';
import { x86_64 } from './expected/x86_64.ts';

const BY_KERNEL = {
  alpha,
  arm,
  arm64,
  i386,
  loongarch64,
  m68k,
  mips,
  mips64el,
  parisc,
  ppc32,
  ppc64,
  ppc64le,
  riscv64,
  s390x,
  sh4,
  sparc64,
  x86_64,
};

export const EXPECTED: Expectations = Object.fromEntries(
  Object.entries(BY_KERNEL).flatMap(([kernel, logs]) =>
    Object.entries(logs).map(([fault, crash]) => [`${kernel}/${fault}`, crash]),
  ),
);
