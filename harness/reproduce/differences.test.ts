// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { confidenceInterval, differences } from './differences.ts';

const exited = { kind: 'exited', status: 0, seconds: 1 } as const;

test('values are compared place by place; a record that is missing is a difference; time is none', () => {
  const recorded = {
    observations: [
      { what: 'hit', mask: 1, siginfo: { code: 6 } },
      { what: 'hit', mask: 2 },
    ],
    ending: exited,
  };
  const seen = {
    observations: [{ what: 'hit', mask: 1, siginfo: { code: 2 } }],
    ending: { ...exited, seconds: 5 },
  };
  expect(differences(recorded, seen)).toEqual([
    { where: 'hit.siginfo.code', recorded: 6, seen: 2, varies: false },
    { where: 'hit[1].mask', recorded: 2, seen: undefined, varies: false },
  ]);
  expect(differences(recorded, recorded)).toEqual([]);
});

test('records of one kind are compared whatever their order; processes and times vary', () => {
  const recorded = {
    observations: [
      { what: 'task', role: 'child 1', process: 101, stops: 3 },
      { what: 'task', role: 'child 2', process: 102, stops: 4 },
    ],
    ending: exited,
  };
  const seen = {
    observations: [
      { what: 'task', role: 'child 2', process: 101, stops: 4 },
      { what: 'task', role: 'child 1', process: 107, stops: 3 },
    ],
    ending: exited,
  };
  const found = differences(recorded, seen);
  expect(found.map(({ where }) => where)).toEqual(['task.process', 'task[1].process']);
  expect(found.every((one) => one.varies)).toBe(true);
});

test('how the probe ended is compared', () => {
  const recorded = { observations: [], ending: exited };
  const seen = { observations: [], ending: { kind: 'signalled', signal: 11, seconds: 1 } as const };
  expect(differences(recorded, seen)).toEqual([
    { where: 'ended.kind', recorded: 'exited', seen: 'signalled', varies: false },
    { where: 'ended.status', recorded: 0, seen: undefined, varies: false },
    { where: 'ended.signal', recorded: undefined, seen: 11, varies: false },
  ]);
});

test('the interval is Wilson’s: known values, and never outside of 0 to 1', () => {
  const seven = confidenceInterval(7, 10);
  expect(seven.low).toBeCloseTo(0.397, 3);
  expect(seven.high).toBeCloseTo(0.892, 3);
  expect(confidenceInterval(10, 10).high).toBeCloseTo(1, 9);
  expect(confidenceInterval(10, 10).low).toBeCloseTo(0.722, 3);
  expect(confidenceInterval(0, 1).low).toBe(0);
});
