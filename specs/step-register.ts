// SPDX-License-Identifier: MIT
// What all clauses have in common that need a debug register to be hit twice, where the emulator lacks the one by which
// the kernel steps over a hit.
import type { Expectation } from '../harness/judge/expectation.ts';

const onArm = {
  architectures: ['arm'],
  triggers: ['hw-breakpoint'],
  verdict: 'not-emulated',
  seen: /^the emulator never traps here: the breakpoint by which the kernel steps over a hit, armed without any kernel, got 0 stops/,
  reason:
    'the kernel steps over a hit by an address mismatch breakpoint, which QEMU has not: an event fires once, and then only after another breakpoint was hit or the event was opened anew',
  reference:
    'arch/arm/kernel/hw_breakpoint.c enable_single_step; seen on QEMU 7.2.22 and 10.0.2 without a kernel (guest/selftest/arm), which says "address mismatch breakpoint types not implemented" by -d unimp; docs/findings/qemu-arm-mismatch-breakpoints.md',
} as const satisfies Partial<Expectation>;

/** Expectations of the clauses: those by sigtrap with kernels that have it, and those of the other mechanisms. */
export const withoutStepRegister = (
  bySigtrap: readonly string[],
  byFasync: readonly string[],
  byPoll: readonly string[],
): readonly Expectation[] => [
  { ...onArm, clauses: bySigtrap, label: 'with', mechanisms: ['sigtrap'] },
  { ...onArm, clauses: byFasync, mechanisms: ['fasync'] },
  { ...onArm, clauses: byPoll, mechanisms: ['poll'] },
];
