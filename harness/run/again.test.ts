// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cellReport, clauseResult, reportOf } from '../outcome/fixture.ts';
import { NOT_REACHED, type RunReport } from '../outcome/report.ts';
import { judgeAgain } from './again.ts';

let run: string;
let file: string;
beforeEach(() => {
  run = mkdtempSync(path.join(tmpdir(), 'trapline-again-'));
  mkdirSync(path.join(run, 'x86_64-with'));
  file = path.join(run, 'x86_64-with', 'observations.jsonl');
});
afterEach(() => rmSync(run, { recursive: true }));

const boot = (release: string) => ({
  record: 'boot',
  release,
  version: '#1',
  machine: 'm',
  cpus: 1,
  pageSize: 4096,
  uptimeMs: 700,
});
const step = (number: number, clause: string) => [
  { record: 'begin', step: number, clause, trigger: 'hw-breakpoint', mechanism: 'sigtrap' },
  {
    record: 'observation',
    step: number,
    seen: { what: 'refused', call: 'perf_event_open', errno: 2, error: 'ENOENT', errnoWithoutSigtrap: 2 },
  },
  { record: 'end', step: number, status: 0, timedOut: false, ms: 1500 },
];
const machine = { record: 'machine', number: 1, initramfs: 'x' };
const lines = (...records: object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');
const whole = lines(machine, boot('6.1.192'), ...step(0, '5.4'), ...step(1, '5.5'));

const ended = { kind: 'exited', status: 0, seconds: 1.5 };
const finished = (): RunReport =>
  reportOf([
    cellReport(
      'x86_64',
      'with',
      ['5.4', '5.5'].map((id) => clauseResult(id, { observed: { ended } })),
    ),
  ]);

describe('observations that are not those of the run are refused: no clause is judged against nothing', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['missing', undefined, /observations\.jsonl is missing/],
    ['empty', '', /observations\.jsonl is empty/],
    ['cut behind a record', lines(machine, boot('6.1.192'), ...step(0, '5.4')), /no records of 5\.5 hw-breakpoint sig/],
    ['cut in a record', whole.slice(0, -20), /is cut in line 8/],
    ['damaged in the middle', whole.replace('"step":0,"seen"', '"st'), /is damaged: line 4 is no record/],
    ['random', '\0\x01\xff\n\x80', /line 1 is no record/],
    [
      'of another kernel',
      whole.replace('6.1.192', '6.12.9'),
      /another run's: Linux 6\.12\.9 booted there, and 6\.1\.192/,
    ],
  ])('%s', async (_, text, what) => {
    if (text !== undefined) writeFileSync(file, text);
    await expect(judgeAgain(finished(), run)).rejects.toMatchObject({
      kind: 'request',
      name: 'observations-damaged',
      what: expect.stringMatching(what),
    });
  });

  test('unreadable', async () => {
    mkdirSync(file);
    await expect(judgeAgain(finished(), run)).rejects.toMatchObject({ name: 'observations-unreadable' });
  });

  test('a clause that never began has no records, and needs none', async () => {
    const report = finished();
    const [cell] = report.cells;
    for (const one of cell?.clauses ?? []) {
      one.verdict = 'not-run';
      one.observed = { ended: { kind: 'not-started', reason: NOT_REACHED } };
    }
    writeFileSync(file, lines(machine));
    expect((await judgeAgain(report, run))[0]?.clauses.map(({ verdict }) => verdict)).toEqual(['not-run', 'not-run']);
  });
});

test('of a run that was killed the records say what booted, how many machines there were and how long they took', async () => {
  const reason = `${NOT_REACHED}. What its probes recorded is judged by: ./trapline report RUN --judge`;
  const report = finished();
  report.run.complete = false;
  const [cell] = report.cells;
  if (!cell) throw new Error('a report without cells');
  cell.machines = 0;
  cell.boot = { outcome: 'killed', seconds: 0 };
  cell.kernel.version = '6.1';
  cell.clauses = ['5.4', '5.5'].map((id) => clauseResult(id, { verdict: 'not-run', reason, observed: {} }));
  // Killed in the middle of a line.
  writeFileSync(file, `${lines(machine, boot('6.1.192'), ...step(0, '5.4'))}{"record":"beg`);
  const [again] = await judgeAgain(report, run);
  expect(again).toMatchObject({
    boot: { outcome: 'booted' },
    kernel: { version: '6.1.192' },
    machines: 1,
    seconds: 1.5,
    clauses: [{ verdict: 'unsupported' }, { verdict: 'not-run' }],
  });
});
