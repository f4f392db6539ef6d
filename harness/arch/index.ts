// SPDX-License-Identifier: MIT
// The one list of architectures. A new one is a record beside this file, a line here, a guest folder, a fragment.
import { requestFailure } from '../outcome/failure.ts';
import { alpha } from './alpha.ts';
import { arm } from './arm.ts';
import { arm64 } from './arm64.ts';
import { arm64Compat } from './arm64-compat.ts';
import { i386 } from './i386.ts';
import { loongarch64 } from './loongarch64.ts';
import { m68k } from './m68k.ts';
import { mips } from './mips.ts';
import { mips64el } from './mips64el.ts';
import { parisc } from './parisc.ts';
import { ppc32 } from './ppc32.ts';
import { ppc64 } from './ppc64.ts';
import { ppc64le } from './ppc64le.ts';
import type { Architecture } from './record.ts';
import { riscv64 } from './riscv64.ts';
import { s390x } from './s390x.ts';
import { sh4 } from './sh4.ts';
import { sparc64 } from './sparc64.ts';
import { sparc64Compat } from './sparc64-compat.ts';
import { unavailable } from './unavailable.ts';
import { x86_64 } from './x86_64.ts';
import { x86_64Compat } from './x86_64-compat.ts';

export type { Architecture, Profile } from './record.ts';
export { unavailable };

export const architectures: readonly Architecture[] = [
  x86_64,
  x86_64Compat,
  i386,
  arm64,
  arm64Compat,
  arm,
  ppc64le,
  ppc64,
  ppc32,
  mips64el,
  mips,
  riscv64,
  s390x,
  loongarch64,
  m68k,
  alpha,
  parisc,
  sh4,
  sparc64,
  sparc64Compat,
];

/** The architecture with the machine that Debian's stock kernel boots on. */
export function withStockMachine(architecture: Architecture): Architecture {
  return { ...architecture, qemu: { ...architecture.qemu, ...architecture.stock?.qemu } };
}

/** @throws Failure `unknown-architecture` */
export function findArchitecture(name: string): Architecture {
  const found = architectures.find((candidate) => candidate.name === name);
  if (found) return found;
  const missing = unavailable.find((candidate) => candidate.name === name);
  if (missing) {
    throw requestFailure(
      'architecture-unavailable',
      `${name} cannot be tested: ${missing.reason}`,
      './trapline arch says what can',
    );
  }
  const known = architectures.map((candidate) => candidate.name).join(', ');
  throw requestFailure(
    'unknown-architecture',
    `there is no architecture "${name}"`,
    `Choose from: ${known} (./trapline arch describes them)`,
  );
}
