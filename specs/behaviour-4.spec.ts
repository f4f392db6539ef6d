// SPDX-License-Identifier: MIT
// Behaviour 4: from the triggering PC to the handler.
import { expect } from 'vitest';
import { hex, judge } from '../harness/judge/spec.ts';
import { chosen, completedAtStop, expectLoaded, expectOneStop, SITE, siteMask } from './going-on.ts';
import { precisePc } from './profile.ts';

judge('4.1', (judged) => {
  const hit = judged.one('hit');
  expect(hit.stops, 'stops for one hit').toBe(1);
  expect(hit.hasRegisters, 'the handler was given the registers of the hit').toBe(true);
  expect(hit.pc, 'PC in the context').toBe(precisePc(judged, hit));
});

judge('4.2', (judged) => {
  const hit = judged.one('hit');
  expectOneStop(judged, hit);
  // The handler went on after the instruction: had it executed, its effect would be in the mask.
  expect(hit.mask, 'what the site executed').toBe(siteMask(judged, SITE.after));
});

judge('4.3', (judged) => {
  const loaded = judged.one('loaded');
  const context = judged.one('context');
  const stored = judged.one('stored');
  const { general } = judged.profile.registerSite;
  expectLoaded(judged, loaded);
  expectOneStop(judged, context);
  expect(chosen(context.general, general), 'general registers in the context').toEqual(chosen(loaded.general, general));
  expect(context.sp, 'stack pointer in the context').toBe(stored.sp);
  expect(context.conditions, 'condition flags in the context').toBe(loaded.conditions);
});

judge('4.4', (judged) => {
  const asked = judged.one('on-alternate-stack');
  const plain = judged.one('on-own-stack');
  for (const hit of [asked, plain]) expectOneStop(judged, hit);
  const inside = (hit: typeof asked) =>
    hex(hit.handlerStack) >= hex(hit.alternateStart) && hex(hit.handlerStack) < hex(hit.alternateEnd);
  expect(asked.inTheThread, 'the handler ran in the thread').toBe(true);
  expect(inside(asked), 'the handler ran on the alternate stack that was asked for').toBe(true);
  expect(asked.contextStackIsOwn, 'the stack pointer in the context is the program’s own').toBe(true);
  expect(asked.onStackInside, 'sigaltstack(2) in the handler says SS_ONSTACK').toBe(true);
  expect(asked.onStackAfter, 'sigaltstack(2) after the handler says SS_ONSTACK').toBe(false);
  expect(inside(plain), 'the handler ran on the alternate stack without SA_ONSTACK').toBe(false);
  expect(asked.mask, 'what the site executed').toBe(siteMask(judged, SITE.after));
});

/** Bits that the branch site has set before each place: guest/lib/branches.h. */
const BRANCH_MASKS: Readonly<Record<string, number>> = {
  call: 1,
  callTarget: 1,
  return: 3,
  returned: 3,
  taken: 7,
  takenTarget: 7,
  untaken: 15,
  fallThrough: 15,
};

judge('4.5', (judged) => {
  const places = judged.all('place');
  const expected =
    judged.trigger === 'hw-breakpoint' || judged.trigger === 'uprobe'
      ? Object.keys(BRANCH_MASKS)
      : ['callTarget', 'returned', 'takenTarget', 'fallThrough'];
  expect(
    places.map((place) => place.name),
    'places that were tried',
  ).toEqual(expected);
  for (const place of places) {
    expect(place.stops, `stops at ${place.name}`).toBe(1);
    expect(place.hasRegisters, `registers at ${place.name}`).toBe(true);
    expect(place.pc, `PC at ${place.name}`).toBe(
      branchPc(completedAtStop(judged), judged.trigger, place, judged.profile),
    );
    expect(place.maskAtStop, `what had been executed at ${place.name}`).toBe(BRANCH_MASKS[String(place.name)]);
    if (judged.architecture.nextProgramCounter) {
      expect(place.npc, `next PC at ${place.name}`).toBe(completedAtStop(judged) ? place.afterNext : place.placeNext);
    }
  }
  // Where a call pushes its return address: the push, and the return's read of it, trap after call and return.
  const pushed = judged.all('return-address');
  expect(pushed.length, 'accesses to the return address that were tried').toBe(
    judged.trigger === 'hw-breakpoint' && judged.profile.callPushesReturnAddress ? 2 : 0,
  );
  for (const access of pushed) {
    expect(access.stops, 'stops at the return address').toBe(2);
    expect(access.pc, `PC at the ${access.name}’s access to the return address`).toBe(access.after);
    expect([access.maskAtStop, access.mask], `mask at the ${access.name}’s access, and in the end`).toEqual([
      BRANCH_MASKS[String(access.name)],
      31,
    ]);
  }
  const runs = judged.all('run');
  expect(runs.filter((run) => run.whole).length, 'runs to the end').toBeGreaterThanOrEqual(1);
  for (const run of runs) expect(run.mask, 'mask of the whole run').toBe(run.whole ? 31 : run.maskAtStop);
});

function branchPc(
  completed: boolean,
  trigger: string,
  place: Record<string, unknown>,
  profile: { trapInstructionPc: string },
): unknown {
  if (completed || (trigger === 'trap-instruction' && profile.trapInstructionPc === 'next')) return place.after;
  return place.address;
}
