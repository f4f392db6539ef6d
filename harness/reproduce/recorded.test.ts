// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cellReport, clauseResult, reportOf } from '../outcome/fixture.ts';
import { findRecorded } from './recorded.ts';
import { doubtOfProbes } from './reproduce.ts';

let run: string;
const inCell = (name: string) => path.join(run, 'x86_64-with', name);
beforeEach(() => {
  run = mkdtempSync(path.join(tmpdir(), 'trapline-recorded-'));
  mkdirSync(inCell(''));
});
afterEach(() => rmSync(run, { recursive: true }));

const observed = { ended: { kind: 'exited', status: 0, seconds: 1.5 } };
const find = () => {
  const result = clauseResult('5.4', { verdict: 'deviates', reason: 'the resume flag leaks', observed });
  return findRecorded(run, reportOf([cellReport('x86_64', 'with', [result])]), '5.4', {});
};
const begin = '{"record":"begin","step":0,"clause":"5.4","trigger":"hw-breakpoint","mechanism":"sigtrap"}\n';
const end = '{"record":"end","step":0,"status":0,"timedOut":false,"ms":1500}\n';

test.each<[string, string | undefined, string, RegExp]>([
  ['missing', undefined, 'nothing-recorded', /no observations of clause 5\.4 \(\S+observations\.jsonl is missing\)/],
  [
    'cut behind a record',
    begin,
    'nothing-recorded',
    /no observations of clause 5\.4 \(\S+ was cut, or is another run’s\)/,
  ],
  ['cut in a record', begin + end.slice(0, 20), 'observations-damaged', /is cut in line 2/],
  ['damaged', `rubbish\n${begin}${end}`, 'observations-damaged', /line 1 is no record/],
])('observations that are %s: the file is told, and not the verdict of then', (_, text, name, what) => {
  if (text !== undefined) writeFileSync(inCell('observations.jsonl'), text);
  expect(find).toThrow(expect.objectContaining({ kind: 'request', name, what: expect.stringMatching(what) }));
});

test('observations that cannot be read', () => {
  mkdirSync(inCell('observations.jsonl'));
  expect(find).toThrow(expect.objectContaining({ name: 'observations-unreadable' }));
});

test('fingerprints that are missing or cut leave it unknown which probes the run had', () => {
  writeFileSync(inCell('observations.jsonl'), begin + end);
  expect(find().guest).toBeUndefined();
  writeFileSync(inCell('fingerprints.json'), '{"kernel": "abc", "gue');
  expect(find().guest).toBeUndefined();
  writeFileSync(inCell('fingerprints.json'), '{"kernel": "abc", "guest": "def"}');
  expect(find().guest).toBe('def');
});

test('probes that are not known to be others are not said to be', () => {
  expect(doubtOfProbes('abc', 'abc')).toBeUndefined();
  expect(doubtOfProbes('abc', 'def')).toContain('are other ones');
  expect(doubtOfProbes(undefined, 'def')).toContain('is not known');
});
