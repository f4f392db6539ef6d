// SPDX-License-Identifier: MIT
// Behaviour 4: from the triggering PC to the handler.
import { expect } from 'vitest';
import { judge } from '../harness/judge/spec.ts';
import { precisePc } from './profile.ts';

judge('4.1', (judged) => {
  const hit = judged.one('hit');
  expect(hit.stops, 'stops for one hit').toBe(1);
  expect(hit.hasRegisters, 'the handler was given the registers of the hit').toBe(true);
  expect(hit.pc, 'PC in the context').toBe(precisePc(judged, hit));
});
