// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../outcome/verdict.ts';
import { cellReport, clauseResult, fullReport } from './fixture.ts';
import { summarise, tally } from './summary.ts';

const of = (...verdicts: Verdict[]) => verdicts.map((verdict, index) => clauseResult(`1.${index + 1}`, { verdict }));

describe('the verdict of a behaviour', () => {
  it('conforms only when every result does', () => {
    expect(tally(of('conforms', 'conforms')).verdict).toBe('conforms');
    expect(tally(of('conforms', 'not-run')).verdict).toBe('not-run');
  });

  const order: Verdict[] = [
    'crashed',
    'hung',
    'looped',
    'deviates',
    'not-emulated',
    'absent',
    'unsupported',
    'not-run',
  ];
  it.each(order.slice(0, -1).map((verdict, index) => [verdict, order[index + 1] as Verdict] as const))(
    '%s outranks %s',
    (worse, better) => {
      expect(tally(of('conforms', better, worse)).verdict).toBe(worse);
      expect(tally(of(worse, better)).verdict).toBe(worse);
    },
  );

  const foreign = clauseResult('4.6', { verdict: 'not-run', reason: 'not defined for x86_64' });
  it('does not count a clause of another architecture', () => {
    expect(tally([...of('conforms'), foreign])).toMatchObject({ verdict: 'conforms', conforming: 1, judged: 1 });
  });
  it('counts any other not-run', () => {
    expect(tally([...of('conforms'), { ...foreign, reason: 'the guest was lost' }])).toMatchObject({ judged: 2 });
  });
  it('is not-run where nothing else is there, or nothing at all', () => {
    expect(tally([foreign]).verdict).toBe('not-run');
    expect(tally([]).verdict).toBe('not-run');
  });
});

describe('summarise', () => {
  it('nests architecture, label and behaviour', () => {
    expect(summarise(fullReport().cells)).toEqual({
      x86_64: {
        with: { 1: 'unsupported', 2: 'hung', 3: 'deviates', 4: 'deviates', 5: 'conforms', 6: 'conforms' },
        without: { 1: 'absent', 2: 'absent', 3: 'absent', 4: 'absent', 5: 'absent', 6: 'absent' },
      },
    });
  });
  it('counts sigtrap alone: neither a comparison nor the control changes a verdict', () => {
    const cell = cellReport('sparc64', 'with', [
      clauseResult('4.1'),
      clauseResult('4.1', { mechanism: 'poll', verdict: 'deviates' }),
      clauseResult('5.1', { mechanism: 'none', trigger: 'trap-instruction' }),
    ]);
    expect(summarise([cell]).sparc64?.with).toMatchObject({ 4: 'conforms', 5: 'not-run' });
  });
});
