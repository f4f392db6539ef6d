// SPDX-License-Identifier: MIT
// A kernel's warning is the same by its kind and place.
import { describe, expect, test } from 'vitest';
import { differences } from './differences.ts';

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
