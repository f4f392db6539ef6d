// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { blame } from './blame.ts';
import type { Evidence } from './observation.ts';
import type { Judged } from './verdict.ts';

const evidence = (type: string, length: number, trigger: Evidence['trigger'] = 'hw-breakpoint'): Evidence => ({
  clause: '4.1',
  trigger,
  mechanism: 'sigtrap',
  observations: [{ what: 'armed', type, length }],
  ending: { kind: 'exited', status: 0, seconds: 0 },
});
const control = (type: string, length: number, stops: number, errno = 0) => ({
  what: 'control',
  type,
  length,
  errno,
  hits: errno ? 0 : 1,
  stops,
});
const deviates = { verdict: 'deviates', reason: 'stops for one hit: expected 0 to be 1' } as const;

describe('blame', () => {
  test('a register that never traps without perf either is the emulator’s fault', () => {
    const judged = blame(deviates, evidence('w', 1), [control('w', 1, 0)]);
    expect(judged.verdict).toBe('not-emulated');
    expect(judged.reason).toContain('a watch for w of 1 bytes');
    expect(judged.reason).toContain(deviates.reason);
  });

  test('one that traps there leaves the kernel to blame', () => {
    expect(blame(deviates, evidence('w', 1), [control('w', 1, 1)])).toEqual(deviates);
  });

  test('another length, another type or a refused control say nothing', () => {
    expect(blame(deviates, evidence('w', 1), [control('w', 2, 0), control('rw', 1, 0)])).toEqual(deviates);
    expect(blame(deviates, evidence('r', 1), [control('r', 1, 0, 22)])).toEqual(deviates);
    expect(blame(deviates, evidence('w', 1), [])).toEqual(deviates);
  });

  test('of several accesses of one kind, one that traps is enough', () => {
    expect(blame(deviates, evidence('rw', 4), [control('rw', 4, 0), control('rw', 4, 1)])).toEqual(deviates);
  });

  test('an execute breakpoint is compared whatever its length', () => {
    expect(blame(deviates, evidence('x', 8), [control('x', 4, 0)]).verdict).toBe('not-emulated');
  });

  test('the register that steps over a hit is needed by every event, and by no tracer', () => {
    const silent = { ...control('step', 4, 0), bare: true };
    const judged = blame(deviates, evidence('w', 1), [control('w', 1, 1), silent]);
    expect(judged.verdict).toBe('not-emulated');
    expect(judged.reason).toContain('steps over a hit, armed without any kernel, got 0 stops');
    expect(blame(deviates, evidence('w', 1), [control('w', 1, 1), control('step', 4, 1)])).toEqual(deviates);
    const traced: Evidence = { ...evidence('w', 1), mechanism: 'ptrace' };
    expect(blame(deviates, traced, [control('w', 1, 1), silent])).toEqual(deviates);
  });

  test('watches of user mode alone, or across a doubleword, are told from the others, whatever their length', () => {
    const armed = (more: object): Evidence => ({
      ...evidence('w', 1),
      observations: [{ what: 'armed', type: 'w', length: 1, ...more }],
    });
    const alone = { ...control('w', 8, 0), bare: true, userOnly: true };
    const across = { ...control('w', 16, 0), bare: true, crosses: true };
    const all = [control('w', 1, 1), alone, across];
    expect(blame(deviates, armed({}), all)).toEqual(deviates);
    expect(blame(deviates, armed({ userOnly: true }), all).reason).toContain('in user mode alone, armed without any');
    expect(blame(deviates, armed({ crosses: true }), all).reason).toContain('behind the end of a doubleword, armed');
    expect(blame(deviates, armed({ crosses: true }), [control('w', 1, 0), alone])).toEqual(deviates);
    expect(blame(deviates, armed({ type: 'r', userOnly: true }), all)).toEqual(deviates);
  });

  test('a uprobe on a branch is doubted by a debugger’s single step over one', () => {
    const uprobe: Evidence = {
      ...evidence('w', 1, 'uprobe'),
      observations: [{ what: 'armed', type: 'single-step' }],
    };
    const step = (pc: string, errno = 0) => ({
      what: 'control',
      type: 'single-step',
      name: 'call',
      errno,
      siteInstruction: '0x10',
      destination: '0x40',
      pc,
    });
    const judged = blame(deviates, uprobe, [step('0x42')]);
    expect(judged.verdict).toBe('not-emulated');
    expect(judged.reason).toContain('ended at 0x42, not at its destination 0x40');
    expect(blame(deviates, uprobe, [step('0x40')])).toEqual(deviates);
    expect(blame(deviates, uprobe, [step('0x0', 5)])).toEqual(deviates);
    expect(blame(deviates, { ...uprobe, observations: [] }, [step('0x42')])).toEqual(deviates);
  });

  test('a misaligned PC that is refused in two ways, or not at all, is the emulator’s fault', () => {
    const refused: Judged = { verdict: 'deviates', reason: 'misaligned: how many signals, which' };
    const went: Evidence = {
      ...evidence('x', 4, 'page-fault'),
      observations: [{ what: 'refused-pc', name: 'misaligned' }],
    };
    const jumped = (signal: number, signalAgain: number, pc = '0x12') => ({
      what: 'control',
      type: 'misaligned-pc',
      destination: '0x12',
      signal,
      code: 1,
      pc,
      signalAgain,
      codeAgain: 1,
      pcAgain: pc,
    });
    const judged = blame(refused, went, [jumped(10, 4)]);
    expect(judged.verdict).toBe('not-emulated');
    expect(judged.reason).toContain(
      'several times got signal 10 (si_code 1) at 0x12, and later signal 4 (si_code 1) at 0x12',
    );
    expect(blame(refused, went, [jumped(10, 10)])).toEqual(refused);
    expect(blame(refused, went, [jumped(0, 0)]).reason).toContain('executes at a misaligned PC');
    expect(blame(refused, went, [jumped(4, 4, '0x1a')]).reason).toContain('executes at a misaligned PC');
    expect(blame(refused, went, [jumped(4, 4)]).reason).toContain('decodes what lies at a misaligned PC');
    expect(blame(deviates, went, [jumped(10, 4)])).toEqual(deviates);
  });

  test('what holds, what is absent, and other triggers stay as they are', () => {
    const conforms = { verdict: 'conforms', reason: '' } as const;
    const absent = { verdict: 'absent', reason: 'refused' } as const;
    expect(blame(conforms, evidence('w', 1), [control('w', 1, 0)])).toEqual(conforms);
    expect(blame(absent, evidence('w', 1), [control('w', 1, 0)])).toEqual(absent);
    expect(blame(deviates, evidence('w', 1, 'page-fault'), [control('w', 1, 0)])).toEqual(deviates);
  });
});
