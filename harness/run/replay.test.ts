// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { replay } from './replay.ts';

const begin = (step: number, clause: string) =>
  JSON.stringify({ record: 'begin', step, clause, trigger: 'page-fault', mechanism: 'sigtrap' });
const seen = (step: number, hits: number) =>
  JSON.stringify({ record: 'observation', step, seen: { what: 'hits', hits } });
const end = (step: number) => JSON.stringify({ record: 'end', step, status: 0, timedOut: false, ms: 1500 });
const machine = (number: number) => JSON.stringify({ record: 'machine', number, initramfs: 'x' });
const boot = JSON.stringify({
  record: 'boot',
  release: '6.1.192',
  version: '#1',
  machine: 'm',
  cpus: 1,
  pageSize: 4096,
  uptimeMs: 700,
});

test('steps that ended have their evidence; the one that ran when the harness was killed has none', () => {
  const text = [machine(1), boot, begin(0, '1.1'), seen(0, 3), end(0), begin(1, '1.2'), seen(1, 4)].join('\n');
  const { evidence, release, machines } = replay(text);
  expect({ release, machines }).toEqual({ release: '6.1.192', machines: 1 });
  expect(evidence).toEqual([
    {
      clause: '1.1',
      trigger: 'page-fault',
      mechanism: 'sigtrap',
      observations: [{ what: 'hits', hits: 3 }],
      ending: { kind: 'exited', status: 0, seconds: 1.5 },
    },
  ]);
});

test('a step that was lost with its guest keeps what it recorded', () => {
  const ending = { kind: 'guest-lost', how: 'oops', detail: 'BUG: somewhere' };
  const lost = JSON.stringify({ record: 'lost', step: 0, ending });
  const [one] = replay([machine(1), boot, begin(0, '1.1'), seen(0, 3), lost, machine(2)].join('\n')).evidence;
  expect(one).toMatchObject({ ending, observations: [{ hits: 3 }] });
});

test('a step that the next guest runs again is what that one says', () => {
  const text = [machine(1), boot, begin(0, '1.1'), seen(0, 3), machine(2), boot, begin(0, '1.1'), seen(0, 5), end(0)];
  expect(replay(text.join('\n')).evidence[0]?.observations).toEqual([{ what: 'hits', hits: 5 }]);
});

test('what came before the beginning of its step on this guest is kept, and not what came on the one before', () => {
  const text = [machine(1), boot, seen(0, 1), machine(2), boot, seen(0, 2), begin(0, '1.1'), seen(0, 3), end(0)];
  expect(replay(text.join('\n')).evidence[0]?.observations).toEqual([
    { what: 'hits', hits: 2 },
    { what: 'hits', hits: 3 },
  ]);
});

test('a line that was cut by the kill, and what is no record, are passed over', () => {
  const text = [machine(1), boot, begin(0, '1.1'), 'garbage', '{"record":"lost","step":0}', end(0), '{"record":"beg'];
  expect(replay(text.join('\n')).evidence).toHaveLength(1);
});
