// SPDX-License-Identifier: MIT
// A kernel's warning is the same by its kind and place; one that a fresh kernel has again is told, and no difference.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Evidence } from '../judge/observation.ts';
import { differences } from './differences.ts';
import { saidUntil } from './warnings.ts';

const exited = { kind: 'exited', status: 0, seconds: 1 } as const;
const warned = (...lines: string[]) => ({
  observations: lines.map((line) => ({ what: 'kernel-warning', line })),
  ending: exited,
});
const inCore = (cpu: number, pid: number) =>
  `WARNING: CPU: ${cpu} PID: ${pid} at kernel/events/core.c:12345 __do_sys_perf_event_open+0x1c/0xd0`;

describe('the same warning', () => {
  test.each([
    ['of another process on another processor', inCore(0, 29), inCore(1, 130)],
    [
      'in the words of 7.2',
      'WARNING: mm/a.c:7 at f+0x1/0x2, CPU#0: probe/29',
      'WARNING: mm/a.c:7 at f+0x1/0x2, CPU#1: probe/31',
    ],
    ['at another time', `[    1.250000] ${inCore(0, 29)}`, `[    2.500000][   T30] ${inCore(0, 30)}`],
    [
      'of a task that waits',
      'INFO: task probe:29 blocked for more than 122 seconds.',
      'INFO: task probe:31 blocked for more than 245 seconds.',
    ],
    [
      'of other addresses',
      'list_add corruption. next->prev should be prev (ffff888003c0a1b0), but was 0000000000000000.',
      'list_add corruption. next->prev should be prev (ffff888003d0a1c8), but was 0000000000000000.',
    ],
  ])('%s', (_, then, now) => {
    const found = differences(warned(then), warned(now));
    expect(found).toEqual([{ where: 'kernel-warning.line', recorded: then, seen: now, varies: true }]);
  });

  test('however often', () => {
    expect(differences(warned(inCore(0, 29)), warned(inCore(0, 29), inCore(0, 29)))).toEqual([]);
  });
});

test.each([
  ['another line of the file', inCore(0, 29).replace('12345', '12346')],
  ['another function', inCore(0, 29).replace('perf_event_open', 'perf_event_close')],
  ['another kind', 'WARNING: possible recursive locking detected'],
])('%s is another warning', (_, now) => {
  const then = inCore(0, 29);
  expect(differences(warned(then), warned(now))).toEqual([
    { where: 'kernel-warning.line', recorded: then, seen: undefined, varies: false },
    { where: 'kernel-warning.line', recorded: undefined, seen: now, varies: false },
  ]);
});

test('a warning does not come between the probe’s own records', () => {
  const hit = { what: 'hit', mask: 1 };
  const then = { observations: [hit], ending: exited };
  const now = { observations: [...warned(inCore(0, 29)).observations, { ...hit, mask: 2 }], ending: exited };
  expect(differences(then, now).map(({ where }) => where)).toEqual(['hit.mask', 'kernel-warning.line']);
});

describe('what the recorded kernel had said already', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trapline-warnings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const evidence: Evidence = {
    clause: '3.2',
    trigger: 'page-fault',
    mechanism: 'sigtrap',
    observations: [],
    ending: exited,
  };
  const record = (value: object) => `${JSON.stringify(value)}\n`;
  const begin = (step: number, clause: string) =>
    record({ record: 'begin', step, clause, trigger: 'page-fault', mechanism: 'sigtrap' });
  const until = record({ record: 'console', step: 2, when: 'end', at: Buffer.byteLength(`µ\n${inCore(0, 29)}\r\n`) });

  /** What comes of a warning that is new in clause 3.2. */
  function fresh(observations: string, consoles: Record<string, string>, line = inCore(0, 22)) {
    writeFileSync(path.join(folder, 'observations.jsonl'), observations);
    for (const [name, text] of Object.entries(consoles)) writeFileSync(path.join(folder, name), text);
    return differences(warned(), warned(line), saidUntil(folder, evidence));
  }
  const after = 'WARNING: CPU: 0 PID: 40 at mm/mmap.c:7 later+0x1/0x2';
  const console = `µ\n${inCore(0, 29)}\r\n${after}\r\n`;
  const machine = (number: number) => record({ record: 'machine', number });

  test('it is told, and no difference', () => {
    const found = fresh(machine(1) + begin(1, '3.1') + begin(2, '3.2') + until, { 'console.log': console });
    expect(found).toEqual([
      {
        where: 'kernel-warning.line',
        recorded: undefined,
        seen: inCore(0, 22),
        varies: true,
        told: expect.stringContaining('the kernel had said so before'),
      },
    ]);
  });

  test('what came after the clause alone is news, and so is what stands nowhere', () => {
    const observations = machine(1) + begin(2, '3.2') + until;
    expect(fresh(observations, { 'console.log': console }, after)).toMatchObject([{ varies: false }]);
    // Of the last clause there is no end.
    expect(fresh(machine(1) + begin(2, '3.2'), { 'console.log': console }, after)).toMatchObject([{ varies: true }]);
    const elsewhere = inCore(0, 29).replace('12345', '1');
    expect(fresh(observations, { 'console.log': console }, elsewhere)).toMatchObject([{ varies: false }]);
  });

  test('by the console of the machine that the clause ran on last; one that is gone says nothing', () => {
    const observations = machine(1) + begin(2, '3.2') + until + machine(2) + begin(2, '3.2');
    expect(fresh(observations, { 'console.log': console })).toMatchObject([{ varies: false }]);
    expect(fresh(observations, { 'console-2.log': console })).toMatchObject([{ varies: true }]);
  });

  test('a cell’s folder that is empty says nothing', () => {
    expect(saidUntil(folder, evidence).size).toBe(0);
  });
});
