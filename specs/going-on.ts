// SPDX-License-Identifier: MIT
// What probes of behaviours 4–6 record of a hit at an instruction that is executed, and what it must look like.
import { expect } from 'vitest';
import type { Observation } from '../harness/judge/observation.ts';
import { type Case, hex } from '../harness/judge/spec.ts';

/** Bits of the mask that a site returns: guest/lib/arch.h. */
export const SITE = { before: 1, effect: 2, after: 4, elsewhere: 8 } as const;

/** Has the instruction of a site that was armed for execution already completed when the handler runs? */
export const completedAtStop = (judged: Case): boolean => judged.trigger === 'uprobe';

/** The PC of the context at a hit by execution (not at a data access). */
export function executePc(judged: Case, hit: Observation): unknown {
  switch (judged.trigger) {
    case 'hw-breakpoint':
    case 'page-fault':
      return hit.siteInstruction;
    case 'uprobe':
      return hit.siteNext;
    case 'trap-instruction':
      return judged.profile.trapInstructionPc === 'instruction' ? hit.siteInstruction : hit.siteNext;
  }
}

/** What the mask of site_execute (or site_trap, which has no effect of its own) must be, with the other bits given. */
export const siteMask = (judged: Case, others: number): number =>
  SITE.before | others | (completedAtStop(judged) ? SITE.effect : 0);

/** The handler was there once, with registers, and at the right place. */
export function expectOneStop(judged: Case, hit: Observation): void {
  expect(hit.stops, 'stops for one hit').toBe(1);
  expect(hit.hasRegisters, 'the handler was given the registers of the hit').toBe(true);
  expect(hit.pcs, 'PC in the context').toEqual([executePc(judged, hit)]);
  expectStraightOn(judged, hit);
}

/** Where there is a next PC, it was the one after the PC at every stop. */
export function expectStraightOn(judged: Case, hit: Observation): void {
  if (!judged.architecture.nextProgramCounter) return;
  const pcs = hit.pcs as string[];
  expect(hit.npcs, 'next PC in the context').toEqual(pcs.map((pc) => `0x${(hex(pc) + 4n).toString(16)}`));
}

/**
 * What was loaded before the hit is what the architecture's record says, so that comparing with it afterwards
 * compares all of it: every register another value, none left out.
 */
export function expectLoaded(judged: Case, loaded: Observation): void {
  const { general, window, conditions, control, vectorWords } = judged.profile.registerSite;
  expect([loaded.loadedMask, loaded.windowMask], 'registers that were loaded').toEqual([general, window]);
  expect([loaded.conditions, loaded.control], 'flags and floating-point control that were loaded').toEqual([
    conditions,
    control,
  ]);
  const vector = loaded.vector as string[];
  expect(vectorWords, 'words of vector registers that were loaded').toContain(vector.length);
  for (const values of [chosen(loaded.general, general), chosen(loaded.window, window), vector]) {
    expect(new Set(values).size, 'different values that were loaded').toBe(values.length);
    expect(values, 'values that were loaded').not.toContain('0x0');
  }
}

/** The elements of a recorded array whose bit is set in a recorded mask. */
export function chosen(values: unknown, mask: unknown): string[] {
  const bits = hex(mask);
  return (values as string[]).filter((_, index) => (bits >> BigInt(index)) & 1n);
}
