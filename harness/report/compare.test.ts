// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { NOT_REACHED } from '../outcome/report.ts';
import { renderArchSupport, supportWord } from './arch-support.ts';
import { compareReports, renderComparison, renderComparisonMarkdown } from './compare.ts';
import { cellReport, clauseResult, fullReport, HOSTILE, hostileReport, runReport } from './fixture.ts';

const before = runReport([
  cellReport('x86_64', 'with', [
    clauseResult('1.1'),
    clauseResult('1.2', { verdict: 'deviates' }),
    clauseResult('1.3'),
    clauseResult('1.4', { verdict: 'hung' }),
    clauseResult('1.5'),
  ]),
]);
const after = runReport([
  cellReport('x86_64', 'with', [
    clauseResult('1.1', { verdict: 'not-run', reason: 'no machine got to it' }),
    clauseResult('1.2'),
    clauseResult('1.3'),
    clauseResult('1.4', { verdict: 'deviates' }),
    clauseResult('1.6'),
  ]),
]);

describe('compare', () => {
  const comparison = compareReports(before, after);
  it('tells what broke, what was mended, what fails otherwise, what is new and what is gone', () => {
    const ids = Object.fromEntries(
      (['broke', 'mended', 'changed', 'fresh', 'gone'] as const).map((group) => [
        group,
        comparison[group].map(({ clause }) => clause.split(' ')[0]),
      ]),
    );
    expect(ids).toEqual({ broke: ['1.1'], mended: ['1.2'], changed: ['1.4'], fresh: ['1.6'], gone: ['1.5'] });
    expect(comparison.same).toBe(1);
  });
  it('says it in words', () => {
    const text = renderComparison(comparison);
    expect(text).toContain('1 broke\n  x86_64/with 1.1 (hw-breakpoint, sigtrap): conforms → not-run');
    expect(text).toContain('1 as before');
    expect(renderComparisonMarkdown(comparison)).toContain('## 1 broke');
  });
  it('counts a clause that an interrupted run did not reach as neither broken nor mended', () => {
    const missed = clauseResult('1.2', { verdict: 'not-run', reason: `${NOT_REACHED}. What was done is there` });
    const whole = runReport([cellReport('x86_64', 'with', [clauseResult('1.1'), clauseResult('1.2')])]);
    const partial = runReport([cellReport('x86_64', 'with', [clauseResult('1.1'), missed])]);
    partial.run.complete = false;
    for (const [comparison, run] of [
      [compareReports(whole, partial), 'later'],
      [compareReports(partial, whole), 'earlier'],
    ] as const) {
      expect(comparison).toMatchObject({
        broke: [],
        mended: [],
        changed: [],
        unreached: [{ after: expect.anything() }],
      });
      expect(renderComparison(comparison)).toContain('1 cannot be compared: not reached\n  x86_64/with 1.2');
      for (const text of [renderComparison(comparison), renderComparisonMarkdown(comparison)]) {
        expect(text).toContain(`The ${run} run is incomplete: it was interrupted.`);
      }
    }
    expect(compareReports(partial, partial)).toMatchObject({ same: 1, unreached: [{ before: 'not-run' }] });
  });
  it('says one and several as one does', () => {
    const both = runReport([cellReport('x86_64', 'with', [clauseResult('1.1'), clauseResult('1.2')])]);
    const none = runReport([]);
    expect(renderComparison(compareReports(none, both))).toContain('2 are new\n');
    expect(renderComparison(compareReports(both, none))).toContain('2 are gone\n');
    expect(renderComparison(comparison)).toContain('1 was mended\n');
  });
  it('finds a run the same as itself', () => {
    const same = compareReports(fullReport(), fullReport());
    expect([same.broke, same.mended, same.changed, same.fresh, same.gone].flat()).toEqual([]);
  });
  it('passes on no control character of a guest', () => {
    const text = renderComparison(compareReports(runReport([]), hostileReport()));
    expect(HOSTILE).toContain('\x1b');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('arch-support', () => {
  it('has a table for each behaviour and a line for each cell', () => {
    const text = renderArchSupport(fullReport());
    expect(text.match(/^# Feature name:/gm)?.length).toBe(6);
    expect(text.match(/x86_64\/without 6\.1\.192: \| TODO \|/g)?.length).toBe(6);
  });
  it('calls nothing ok that was not exercised', () => {
    for (const verdict of ['deviates', 'absent', 'unsupported', 'looped', 'hung', 'crashed'] as const) {
      expect(supportWord({ verdict, judged: 3 })).toBe('TODO');
    }
    for (const verdict of ['not-run', 'not-emulated'] as const) expect(supportWord({ verdict, judged: 3 })).toBe('..');
    expect(supportWord({ verdict: 'conforms', judged: 0 })).toBe('..');
    expect(supportWord({ verdict: 'conforms', judged: 3 })).toBe('ok');
  });
});
