// SPDX-License-Identifier: MIT
// Behaviour 6 where there are register windows.
import { expect } from 'vitest';
import { hex, judge } from '../harness/judge/spec.ts';

/** Eight locals, then eight ins; the last two ins are the frame pointer and the return address. */
const REGISTERS = [...Array.from({ length: 8 }, (_, n) => `l${n}`), ...Array.from({ length: 8 }, (_, n) => `i${n}`)];
/** Registers that the probe filled with the pattern: all locals and i3 to i5. */
const PATTERNED = 11;

/** register_windows.h of the guest: the interrupted chain, and more than any processor has windows (32 by the manual). */
const LEVELS = 5;
const HANDLER_LEVELS = 40;

judge('6.8', (judged) => {
  const stopped = judged.one('stopped');
  const windows = judged.all('window');
  expect(stopped.stops, 'stops').toBe(1);
  expect(stopped.spilled, 'windows that the handler went through').toBe(HANDLER_LEVELS);
  if (windows.length !== LEVELS) judged.verdict('not-run', `${windows.length} windows were recorded`);
  const pattern = hex(stopped.pattern) >> 16n;
  for (const window of windows) {
    const before = window.before as unknown[];
    const after = window.after as unknown[];
    const patterned = before.filter((value) => hex(value) >> 16n === pattern);
    expect(patterned.length, `level ${window.level}: registers that held the pattern before`).toBe(PATTERNED);
    REGISTERS.forEach((register, index) => {
      expect(after[index], `level ${window.level}, ${register}: after the handler`).toBe(before[index]);
    });
  }
});
