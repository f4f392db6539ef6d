// SPDX-License-Identifier: MIT
import { describe, expect, it, test } from 'vitest';
import type { Architecture } from '../arch/record.ts';
import type { Verdict } from '../outcome/verdict.ts';
import type { ClauseDefinition, Setting } from './clause.ts';
import { type Expectation, expectedVerdict } from './expectation.ts';

const architecture = {
  name: 'one',
  nextProgramCounter: false,
  triggers: ['hw-breakpoint', 'uprobe'],
  profile: { source: 'a manual' },
} as unknown as Architecture;
const bare = { ...architecture, triggers: ['uprobe'] } as Architecture;

const clause: ClauseDefinition = {
  id: '4.2',
  title: 't',
  triggers: ['hw-breakpoint', 'uprobe'],
  mechanisms: ['sigtrap', 'fasync'],
  limitSeconds: 5,
};
const setting: Setting = { trigger: 'hw-breakpoint', mechanism: 'sigtrap' };

const known: Expectation = { clauses: ['4.2'], verdict: 'deviates', reason: 'since', reference: 'file.c' };

function expected(
  expectations: readonly Expectation[],
  changes: {
    setting?: Setting;
    label?: string;
    architecture?: Architecture;
    verdict?: Verdict;
    reason?: string;
    emulator?: string;
    kernel?: string;
  } = {},
) {
  const {
    verdict = 'deviates',
    reason = 'seen this',
    label = 'with',
    emulator = '7.2.22',
    kernel = '6.1.192',
  } = changes;
  return expectedVerdict(
    clause,
    changes.setting ?? setting,
    changes.architecture ?? architecture,
    label,
    expectations,
    {
      verdict,
      reason,
    },
    { emulator, kernel },
  );
}

describe('without an expectation', () => {
  it.each<[string, Verdict, Parameters<typeof expected>[1]]>([
    ['a clause conforms', 'conforms', {}],
    ['sigtrap is absent where it was taken out', 'absent', { label: 'without' }],
    ['others are not', 'conforms', { label: 'without', setting: { trigger: 'uprobe', mechanism: 'fasync' } }],
    ['any other label is judged as with', 'conforms', { label: 'my-branch' }],
    ['no debug registers, no breakpoints', 'unsupported', { architecture: bare }],
    ['the same on a kernel without', 'unsupported', { architecture: bare, label: 'without' }],
  ])('%s', (_, verdict, changes) => {
    expect(expected([], changes).verdict).toBe(verdict);
  });

  it('has nothing to run where there is no next program counter', () => {
    const own: ClauseDefinition = { ...clause, only: 'next-program-counter' };
    const judged = { verdict: 'not-run' as const, reason: '' };
    expect(
      expectedVerdict(own, setting, architecture, 'with', [], judged, { emulator: '7.2.22', kernel: '6.1.192' })
        .verdict,
    ).toBe('not-run');
  });
});

describe('an expectation', () => {
  it('names its reason and reference', () => {
    expect(expected([known])).toEqual({ verdict: 'deviates', reason: 'since (file.c)' });
  });

  it.each<[string, Partial<Expectation>]>([
    ['another clause', { clauses: ['4.1'] }],
    ['another architecture', { architectures: ['two'] }],
    ['the kernel without', { label: 'without' }],
    ['another trigger', { triggers: ['uprobe'] }],
    ['another mechanism', { mechanisms: ['fasync'] }],
  ])('of %s does not hold', (_, changes) => {
    expect(expected([{ ...known, ...changes }]).verdict).toBe('conforms');
  });

  it('holds where every field matches, and the last one wins', () => {
    const all: Expectation = {
      ...known,
      architectures: ['one'],
      label: 'with',
      triggers: ['hw-breakpoint'],
      mechanisms: ['sigtrap'],
    };
    expect(expected([known, { ...all, verdict: 'looped' }]).verdict).toBe('looped');
  });
});

test('a known deviation excuses only what is known of it', () => {
  const seen = { ...known, seen: /mask 0x1/ };
  expect(expected([seen], { reason: 'mask 0x1 for 0x3' }).verdict).toBe('deviates');
  expect(expected([seen], { reason: 'the PC is 0xdead' }).verdict).toBe('conforms');
  // A clause that conforms by now is an unexpected pass: the expectation must not vanish with it.
  expect(expected([seen], { verdict: 'conforms', reason: '' }).verdict).toBe('deviates');
});

it('of an emulator that is older than a version holds for no newer one', () => {
  const old: Expectation = { ...known, verdict: 'not-emulated', emulatorBelow: '8.0' };
  const verdict = 'not-emulated';
  expect(expected([old], { verdict, emulator: '7.2.22' }).verdict).toBe('not-emulated');
  expect(expected([old], { verdict, emulator: '8.0' }).verdict).toBe('conforms');
  expect(expected([old], { verdict, emulator: '10.0.2' }).verdict).toBe('conforms');
});

it('of a kernel from a version on holds for no older one', () => {
  const young: Expectation = { ...known, kernelFrom: '7.3' };
  expect(expected([young], { kernel: '6.12.117+deb13-amd64' }).verdict).toBe('conforms');
  expect(expected([young], { kernel: '7.3.4' }).verdict).toBe('deviates');
});

it('of kernels below a version ends with it', () => {
  const mended: Expectation = { ...known, kernelBelow: '6.12' };
  expect(expected([mended], { kernel: '6.1.192' }).verdict).toBe('deviates');
  expect(expected([mended], { kernel: '6.12.0' }).verdict).toBe('conforms');
});

test('where the cause does not always strike, what conforms is expected as well, and nothing else is', () => {
  const chance: Expectation = { ...known, or: ['conforms'], seen: /^lost/ };
  expect(expected([chance], { verdict: 'conforms', reason: '' }).verdict).toBe('conforms');
  expect(expected([chance], { reason: 'lost 2' }).verdict).toBe('deviates');
  expect(expected([chance], { reason: 'another one' }).verdict).toBe('conforms');
  expect(expected([known], { verdict: 'conforms', reason: '' }).verdict).toBe('deviates');
});
