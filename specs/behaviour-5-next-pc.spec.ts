// SPDX-License-Identifier: MIT
// Behaviour 5 where there is a next program counter: the handler sets both.
import { expect } from 'vitest';
import { hex, judge } from '../harness/judge/spec.ts';
import { checkControl, contextAt, nameOf, PATH, sitesOf, wholePath } from './next-pc.ts';

judge('5.7', (judged) => {
  for (const site of sitesOf(judged, 'skipped', judged.mechanism === 'poll' ? 1 : 11)) {
    const name = nameOf(site);
    const context = contextAt(judged, site);
    checkControl(judged, site);
    expect(site.stops, `${name}: stops`).toBe(1);
    expect(site.hasRegisters, `${name}: the handler was given registers to change`).toBe(true);
    expect(site.pc, `${name}: PC in the context`).toBe(context?.pc);
    expect(site.npc, `${name}: nPC in the context`).toBe(context?.npc);
    // Skipped is the one instruction at the PC of the context: the slot, or (uprobe in a line) what follows it.
    const skipped = context?.pc === site.slot ? PATH.slot : PATH.fall;
    expect(site.fatal, `${name}: signal that says that execution was led astray`).toBe(0);
    expect(site.mask, `${name}: what was executed`).toBe(wholePath(site, site.instruction) & ~skipped);
  }
});

/** What is executed after the handler, by the way in which it set PC and nPC (next_pc_change.c). */
const WAYS: Readonly<Record<string, number>> = {
  // PC at the island, nPC at the target.
  ahead: PATH.island + PATH.target + PATH.targetNext,
  // nPC below PC.
  behind: PATH.island + PATH.fall + PATH.fallNext,
  // nPC = PC: the same instruction twice, then the one behind it.
  twice: 2 * PATH.island + PATH.islandNext,
  // A branch at PC: what is at nPC is its delay slot.
  branch: PATH.targetNext + PATH.islandEnd,
};

judge('5.8', (judged) => {
  for (const site of sitesOf(judged, 'apart', judged.mechanism === 'poll' ? 1 : 12)) {
    const way = WAYS[String(site.way)];
    if (way === undefined) return judged.verdict('not-run', `PC and nPC were set in an unknown way: ${site.way}`);
    const name = `${nameOf(site)}, ${site.way}`;
    checkControl(judged, site);
    expect(site.stops, `${name}: stops`).toBe(1);
    expect(site.hasRegisters, `${name}: the handler was given registers to change`).toBe(true);
    // The signal of a uprobe comes after the probed instruction.
    const done = judged.trigger === 'uprobe' && site.at === 'slot' ? PATH.slot : 0;
    expect(site.fatal, `${name}: signal that says that execution was led astray`).toBe(0);
    expect(site.mask, `${name}: what was executed`).toBe(PATH.before + done + way);
  }
});

judge('5.9', (judged) => {
  const refusals = sitesOf(judged, 'refusal', judged.mechanism === 'poll' ? 2 : 7);
  // Where no PC is misaligned, its low bits mean something else: the kernel must not let them through either.
  const { misaligned } = judged.profile.refusedPc;
  for (const refusal of refusals) {
    const aligned = ((hex(refusal.setPc) | hex(refusal.setNpc)) & 3n) === 0n;
    expect(refusal.stops, `${refusal.name}: stops`).toBe(1);
    expect(hex(refusal.setPc) !== 0n, `${refusal.name}: the handler was given registers to change`).toBe(true);
    expect(aligned, `${refusal.name}: are PC and nPC aligned?`).toBe(refusal.name === 'aligned');
    if (aligned || !misaligned) {
      // The control: the same handler, and it goes on.
      expect(refusal.faults, `${refusal.name}: faults`).toBe(0);
      const skipped = judged.trigger === 'uprobe' ? PATH.slot | PATH.fallNext : PATH.fall | PATH.fallNext;
      expect(refusal.mask, `${refusal.name}: what was executed`).toBe(PATH.before | skipped);
      continue;
    }
    expect(refusal.signal, `${refusal.name}: signal`).toBe(misaligned.signal);
    expect(refusal.faults, `${refusal.name}: faults`).toBe(1);
    // Refused where the handler returns: nothing more of the site was executed, and the refused PC was not gone to. A
    // refusal that came before the thread's registers were put back (sp tells) has another's in the mask's.
    if (refusal.spAtFault === refusal.spAtStop) {
      expect(refusal.maskAtFault, `${refusal.name}: what was executed until then`).toBe(refusal.maskAtStop);
    }
    const faultPc = hex(refusal.faultPc);
    expect(
      faultPc >= hex(refusal.siteFirst) && faultPc < hex(refusal.siteLast),
      `${refusal.name}: the fault (PC ${refusal.faultPc}) is within the code that was returned to`,
    ).toBe(false);
    expect(faultPc & 3n, `${refusal.name}: low bits of the PC at the fault`).toBe(0n);
  }
  expect(
    misaligned !== undefined,
    'an address with its low bits set was refused; it was gone to without them, as a program is entitled to',
  ).toBe(true);
});
