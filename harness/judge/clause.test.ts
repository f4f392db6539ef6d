// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../arch/record.ts';
import { x86_64 } from '../arch/x86_64.ts';
import { type ClauseDefinition, settingsOf } from './clause.ts';

const clause: ClauseDefinition = {
  id: '3.1',
  title: 'a clause',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  mechanisms: ['sigtrap', 'none'],
  limitSeconds: 1,
};
const triggersOn = (architecture: Architecture) => settingsOf(clause, architecture).map(({ trigger }) => trigger);

describe('settingsOf', () => {
  test('debug registers stand for every perf event', () => {
    expect(triggersOn(x86_64)).toEqual(['hw-breakpoint', 'trap-instruction']);
  });

  test('where the emulator has not all of them, the other triggers are used beside them', () => {
    expect(triggersOn({ ...x86_64, otherTriggersToo: true })).toEqual(clause.triggers);
  });

  test('without debug registers every trigger that can stand in is used', () => {
    expect(triggersOn({ ...x86_64, triggers: ['page-fault', 'uprobe', 'trap-instruction'] })).toEqual([
      'page-fault',
      'uprobe',
      'trap-instruction',
    ]);
  });

  test('what nothing can exercise is tried with debug registers all the same', () => {
    expect(settingsOf({ ...clause, triggers: ['hw-breakpoint'] }, { ...x86_64, triggers: ['uprobe'] })).toEqual([
      { trigger: 'hw-breakpoint', mechanism: 'sigtrap' },
    ]);
  });

  test('a clause about what an architecture has not has no settings there', () => {
    const windowsOf = (window: string): Architecture => ({
      ...x86_64,
      nextProgramCounter: true,
      profile: { ...x86_64.profile, registerSite: { ...x86_64.profile.registerSite, window } },
    });
    expect(settingsOf({ ...clause, only: 'next-program-counter' }, x86_64)).toEqual([]);
    expect(settingsOf({ ...clause, only: 'next-program-counter' }, windowsOf('0x0'))).not.toEqual([]);
    expect(settingsOf({ ...clause, only: 'register-windows' }, windowsOf('0x0'))).toEqual([]);
    expect(settingsOf({ ...clause, only: 'register-windows' }, windowsOf('0x3fff'))).not.toEqual([]);
  });
});
