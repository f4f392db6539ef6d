// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { arm64 } from '../harness/arch/arm64.ts';
import { ppc64le } from '../harness/arch/ppc64le.ts';
import { x86_64 } from '../harness/arch/x86_64.ts';
import type { Observation } from '../harness/judge/observation.ts';
import { judgeSequence, judgeSweep } from './watches.ts';

const open = (more: object = {}): Observation => ({
  what: 'open',
  name: 'w',
  address: '0x1000',
  type: 2,
  length: 2,
  sigData: '0x7',
  errno: 0,
  ...more,
});

const stopped = { stops: 1, data: ['0x7'], addresses: ['0x1000'], pcs: ['0x404'], codes: [6] };
const silent = { stops: 0, data: [], addresses: [], pcs: [], codes: [] };

const store = (target: string, seen: object): Observation => ({
  what: 'access',
  access: 'store1',
  reads: false,
  writes: true,
  repeats: false,
  bytes: 1,
  instruction: '0x400',
  next: '0x404',
  target,
  ...seen,
});

const sequence = (...observations: Observation[]) => judgeSequence(x86_64.profile, observations);

test('the first and the last byte fire, the neighbours are silent', () => {
  const good = [
    open(),
    store('0xfff', silent),
    store('0x1000', stopped),
    store('0x1001', stopped),
    store('0x1002', silent),
    { what: 'count', name: 'w', count: 2 },
    { what: 'close', name: 'w', errno: 0 },
    store('0x1000', silent),
  ];
  expect(sequence(...good)).toBe(2);
});

test.each([
  ['a hit that is missed', [open(), store('0x1001', silent)]],
  ['a hit of a neighbour', [open(), store('0x1002', stopped)]],
  ['two stops for one', [open(), store('0x1000', { ...stopped, stops: 2, data: ['0x7', '0x7'] })]],
  ['another watch’s data', [open(), store('0x1000', { ...stopped, data: ['0x8'] })]],
  ['another address', [open(), store('0x1000', { ...stopped, addresses: ['0x1001'] })]],
  ['another PC', [open(), store('0x1000', { ...stopped, pcs: ['0x400'] })]],
  ['another si_code', [open(), store('0x1000', { ...stopped, codes: [1] })]],
  ['a stop after closing', [open(), { what: 'close', name: 'w', errno: 0 }, store('0x1000', stopped)]],
  ['a stop at the old address', [open(), { ...open({ address: '0x2000' }), what: 'modify' }, store('0x1000', stopped)]],
  ['a stop while disabled', [open(), { ...open({ disabled: true }), what: 'modify' }, store('0x1000', stopped)]],
  ['a type that the architecture has not, and opens', [open({ type: 1 })]],
  ['a count that is one too high', [open(), store('0x1000', stopped), { what: 'count', name: 'w', count: 2 }]],
  ['an open that is refused', [open({ errno: 28 })]],
])('%s deviates', (_, observations) => {
  expect(() => sequence(...observations)).toThrow();
});

test('where the trap comes before the access, the PC is the instruction itself', () => {
  const at = (pc: string) => judgeSequence(arm64.profile, [open(), store('0x1000', { ...stopped, pcs: [pc] })]);
  expect(at('0x400')).toBe(1);
  expect(() => at('0x404')).toThrow();
});

test('what no register is left for is refused, and so is a type that there is none for', () => {
  const power = (...observations: Observation[]) => judgeSequence(ppc64le.profile, observations);
  const second = open({ name: 'second', address: '0x2000' });
  const third = open({ name: 'third', address: '0x3000' });
  expect(power(open(), second, { ...third, errno: 28 })).toBe(0);
  expect(() => power(open(), second, third)).toThrow();
  expect(() => power(open(), { ...second, errno: 28 })).toThrow();
  expect(power(open({ type: 4, length: 4, errno: 95 }))).toBe(0);
  expect(() => power(open({ type: 4, length: 4, errno: 28 }))).toThrow();
  const shared = ['a', 'b', 'c', 'd'].map((name) => open({ name, type: name === 'a' ? 4 : 2 }));
  expect(sequence(...shared, open({ name: 'e', errno: 28 }))).toBe(0);
});

test('a modification that is refused leaves the watch what it was', () => {
  const modify = { ...open({ type: 4, length: 4, sigData: '0x8', errno: 22 }), what: 'modify' };
  const judged = (seen: object) => judgeSequence(ppc64le.profile, [open(), modify, store('0x1000', seen)]);
  expect(judged(stopped)).toBe(1);
  expect(() => judged({ ...stopped, data: ['0x8'] })).toThrow();
});

test('an execute watch fires for its instruction, wherever that stores', () => {
  const watch = open({ type: 4, length: 8, address: '0x400' });
  const hit = { ...stopped, addresses: ['0x400'], pcs: ['0x400'] };
  expect(sequence(watch, store('0x9000', hit))).toBe(1);
  expect(() => sequence(watch, store('0x9000', silent))).toThrow();
});

test('a sweep has one stop at each target that the watch covers', () => {
  const sweep = { ...store('', stopped), ...open(), what: 'sweep', targets: ['0xfff', '0x1001'] };
  const judged = (stopsOfTarget: number[]) => judgeSweep(x86_64.profile, { ...sweep, stopsOfTarget });
  expect(() => judged([0, 1])).not.toThrow();
  expect(() => judged([1, 0])).toThrow();
  expect(() => judged([0, 0])).toThrow();
});
