// SPDX-License-Identifier: MIT
// A lost guest costs its clause and nothing else. The emulator is a fake that does what the test says.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findArchitecture } from '../arch/index.ts';
import type { MachineLimits } from '../machine/machine.ts';
import { type Action, FAKE_QEMU, type Fake, makeFake } from '../machine/testdata/fake.ts';
import { type CellEvidence, runCell } from './cell.ts';
import type { Step } from './plan.ts';
import { replay } from './replay.ts';

let fake: Fake;
let root: string;
let folder: string;
beforeAll(() => {
  fake = makeFake();
  root = mkdtempSync(path.join(tmpdir(), 'trapline-cell-'));
  process.env.TRAPLINE_CACHE = path.join(root, 'cache');
  mkdirSync(path.join(root, 'programs'));
});
afterAll(() => {
  fake.remove();
  rmSync(root, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
});
afterEach(() => expect.poll(() => fake.alive(), { timeout: 3000 }).toEqual([]));

const x86 = findArchitecture('x86_64');
const architecture = { ...x86, qemu: { ...x86.qemu, binary: FAKE_QEMU } };
const step = (number: number): Step => ({
  number,
  clause: {
    id: `4.${number + 1}`,
    title: '',
    triggers: ['page-fault'],
    mechanisms: ['sigtrap'],
    limitSeconds: 0.2,
  },
  // No debug register, so that no control comes before the steps.
  trigger: 'page-fault',
  mechanism: 'sigtrap',
});

interface Setting {
  steps?: number;
  signal?: AbortSignal;
  limits?: Partial<MachineLimits>;
  bootSeconds?: number;
  stepSeconds?: number;
}

function run(turns: readonly (readonly Action[])[], setting: Setting = {}): Promise<CellEvidence> {
  fake.direct(...turns);
  folder = mkdtempSync(path.join(root, 'run-'));
  return runCell({
    architecture,
    kernelImage: '/nowhere/image',
    programs: { fingerprint: 'f', directory: path.join(root, 'programs'), files: [] },
    accel: 'tcg',
    sandbox: false,
    steps: Array.from({ length: setting.steps ?? 4 }, (_, number) => step(number)),
    folder,
    signal: setting.signal,
    progress: () => {},
    patience: { bootSeconds: setting.bootSeconds ?? 20, stepSeconds: setting.stepSeconds ?? 0.8 },
    limits: { answerSeconds: 0.1, ...setting.limits },
  });
}

/** `exited`, `timed-out`, … and how a guest was lost. */
const endings = ({ evidence }: CellEvidence): string[] =>
  evidence.map(({ ending }) => (ending.kind === 'guest-lost' ? `lost: ${ending.how}` : ending.kind));
const healthy: Action[] = [{ boot: true }, { all: -1 }];

test('a guest that does all that it was asked for', async () => {
  const ran = await run([healthy]);
  expect(endings(ran)).toEqual(['exited', 'exited', 'exited', 'exited']);
  expect(ran).toMatchObject({ boot: { outcome: 'booted', detail: '' }, release: '6.1.0-fake', machines: 1 });
  expect(ran.evidence[2]?.observations).toEqual([{ what: 'hit', step: 2 }]);
  expect(readdirSync(folder).sort()).toEqual(['console.log', 'observations.jsonl', 'qemu.argv']);
});

describe('a guest that is lost in the middle of a probe', () => {
  const lost: [string, Action[]][] = [
    ['panic', [{ console: 'Kernel panic - not syncing: sysrq\n' }]],
    ['oops', [{ console: 'Oops: general protection fault, probably\n' }, { wait: 30 }]],
    ['silent', [{ wait: 30 }]],
    ['looping', [{ spin: 30 }]],
    ['reset', []],
    ['emulator-failed', [{ exit: [1, 'qemu: assertion failed'] }]],
    ['flooding', [{ floodConsole: [40, 'flood\n'] }]],
  ];
  test.each(lost)('costs that clause: %s', async (how, actions) => {
    const dies = [{ boot: true }, { all: 1 }, { begin: 1 }, { see: 1 }, ...actions];
    const ran = await run([dies, healthy], { limits: { consoleBytes: 2 * 2 ** 20 } });
    // "all" ends with "done" only when it was not cut short.
    expect(endings(ran)).toEqual(['exited', `lost: ${how}`, 'exited', 'exited']);
    expect(ran.machines).toBe(2);
    expect(ran.evidence[1]?.observations).toEqual([{ what: 'hit', step: 1 }]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['console.log', 'console-2.log', 'qemu-2.argv']));
  });

  test('several times over', async () => {
    const dies = (at: number) => [
      { boot: true },
      { all: at },
      { begin: at },
      { console: 'Kernel panic - not syncing: x\n' },
    ];
    const ran = await run([dies(0), dies(1), dies(3), healthy]);
    expect(endings(ran)).toEqual(['lost: panic', 'lost: panic', 'exited', 'lost: panic']);
    expect(ran.machines).toBe(3);
  });
});

test('an oops is charged to the step it fell in, and what ran on that kernel afterwards is run again', async () => {
  const oops = 'Internal error: Oops: 96000004 [#1] SMP\n';
  const turn = [{ boot: true }, { begin: 0 }, { console: oops }, { wait: 0.1 }, { end: 0 }, { begin: 1 }, { wait: 30 }];
  const ran = await run([turn, healthy]);
  expect(endings(ran)).toEqual(['lost: oops', 'exited', 'exited', 'exited']);
  expect(ran.evidence[0]?.ending).toMatchObject({ detail: oops.trim() });
  const after = [{ boot: true }, { begin: 0 }, { end: 0 }, { wait: 0.1 }, { console: oops }, { wait: 30 }];
  expect(endings(await run([after, healthy]))).toEqual(['lost: oops', 'exited', 'exited', 'exited']);
});

const order = (step: number): [string, Action[]][] => {
  const oops = { console: 'Internal error: Oops: 96000004 [#1] SMP\n' };
  const both = [{ mark: step }, { begin: step }];
  return [
    [
      'the channel is read first',
      [...both, { end: step }, { begin: step + 1 }, { end: step + 1 }, { wait: 0.2 }, oops],
    ],
    ['the console is read first', [{ mark: step }, oops, { wait: 0.1 }, { begin: step }]],
    ['both at once', [...both, oops, { end: step }]],
  ];
};
test.each(order(1))('with the marks on the console an oops is charged to its own step: %s', async (_, actions) => {
  const first = [{ boot: true }, { mark: 0 }, { begin: 0 }, { end: 0 }];
  const ran = await run([[...first, ...actions, { wait: 30 }], healthy]);
  expect(endings(ran)).toEqual(['exited', 'lost: oops', 'exited', 'exited']);
  expect(ran.machines).toBe(2);
  const { evidence } = replay(readFileSync(path.join(folder, 'observations.jsonl'), 'utf8'));
  expect(evidence.find(({ clause }) => clause === '4.2')?.ending).toMatchObject({ kind: 'guest-lost', how: 'oops' });
});

test('a warning is noted with the step whose mark stands above it; a mark that goes back is none', async () => {
  const warning = { console: 'WARNING: CPU: 0 PID: 71 at kernel/events/core.c:6482 perf_pending_task+0x1c/0x40\n' };
  const turn = [{ boot: true }, { mark: 1 }, { begin: 0 }, { end: 0 }, { begin: 1 }, { end: 1 }, { mark: 0 }, warning];
  const ran = await run([
    [...turn, { begin: 2 }, { end: 2 }, { begin: 3 }, { end: 3 }, { record: { record: 'done' } }],
  ]);
  expect(ran.evidence.map(({ observations }) => observations.length)).toEqual([0, 1, 0, 0]);
});

test('a guest that dies before each of its steps costs the steps it was at, and in the end the cell', async () => {
  const ran = await run([[{ boot: true }]], { steps: 5 });
  // The first that it dies at is the control, which is no clause.
  expect(endings(ran)).toEqual(['lost: reset', 'lost: reset', 'not-started', 'not-started', 'not-started']);
  expect(ran.evidence[4]?.ending).toMatchObject({ reason: expect.stringContaining('without a word') });
  expect(ran.machines).toBe(6);
});

describe('a guest that never comes up is not tried again', () => {
  test.each([
    ['emulator-failed', [{ exit: [1, 'qemu: could not load kernel'] }], 'could not load kernel'],
    ['panic', [{ console: 'Kernel panic - not syncing: VFS: no init\n' }], 'no init'],
    ['silent', [{ wait: 30 }], 'idle'],
    ['reset', [], 'without a word'],
  ] as [string, Action[], string][])('%s', async (outcome, actions, detail) => {
    const ran = await run([actions, healthy], { bootSeconds: 0.7 });
    expect(ran).toMatchObject({ boot: { outcome, detail: expect.stringContaining(detail) }, machines: 1 });
    expect(ran.release).toBeUndefined();
    expect(new Set(endings(ran))).toEqual(new Set(['not-started']));
  });
});

test('records out of order, twice, for other steps, cut and damaged change nothing', async () => {
  const turn = [
    { begin: 0 },
    { see: 0 },
    { boot: true },
    { boot: true },
    { end: 3 },
    { see: 1 },
    { begin: 99 },
    { begin: -1 },
    { channel: '{"record":"begin","step":"0"}\n{"record":"begi' },
    { channel: '\n\0\xff garbage {"record":"end"\n{"record":"nonsense","step":0}\n[]\nnull\n' },
    { begin: 0 },
    { begin: 1 },
    { see: 1 },
    { see: 0 },
    { end: 1 },
    { end: 0 },
    { end: 0 },
    { begin: 0 },
    { begin: 1 },
    { end: 1 },
    { record: { record: 'done' } },
  ];
  const ran = await run([turn, healthy]);
  expect(endings(ran)).toEqual(['exited', 'exited', 'exited', 'exited']);
  expect(ran.evidence[0]?.observations).toEqual([{ what: 'hit', step: 0 }]);
  expect(ran.evidence[1]?.observations).toEqual([]);
  expect(ran.machines).toBe(2);
});

test('a probe that says done in the middle of itself is lost', async () => {
  const ran = await run([[{ boot: true }, { begin: 0 }, { record: { record: 'done' } }], healthy]);
  expect(endings(ran)[0]).toBe('lost: finished');
  expect(endings(ran).slice(1)).toEqual(['exited', 'exited', 'exited']);
});

test('an interrupt ends the machine; what was done is kept', async () => {
  const abort = new AbortController();
  const running = run([[{ boot: true }, { all: 2 }, { begin: 2 }, { wait: 60 }]], { signal: abort.signal });
  const seen = () => readFileSync(path.join(folder, 'observations.jsonl'), 'utf8');
  await expect.poll(seen, { timeout: 10_000 }).toContain('"begin","step":2');
  abort.abort();
  const ran = await running;
  expect(endings(ran)).toEqual(['exited', 'exited', 'not-started', 'not-started']);
  expect(ran.evidence[2]?.ending).toMatchObject({ reason: 'the run was interrupted' });
  expect(fake.started()).toBe(1);
});

test('a folder that cannot be written ends the machine and is told', async () => {
  fake.direct([{ boot: true }, { wait: 60 }]);
  const running = run([[{ boot: true }, { wait: 60 }]]);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'not a folder');
  await expect(running).rejects.toMatchObject({ code: 'ENOTDIR' });
});

describe('memory', () => {
  const observation = JSON.stringify({ record: 'observation', step: 1, seen: { what: 'hit', text: 'x'.repeat(2000) } });
  test.each([
    ['console', { floodConsole: [300, 'Oop flood without end '] }],
    ['channel', { floodChannel: [300, 'garbage without newlines '] }],
    ['channel, as lines', { floodChannel: [300, '{"record":"garbage"}\n'] }],
    ['probe', { floodChannel: [300, `${observation}\n`] }],
  ] as [string, Action][])('is bounded when the %s floods', { timeout: 60_000 }, async (_, action) => {
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const ran = await run([[{ boot: true }, { all: 1 }, { begin: 1 }, action], healthy], { stepSeconds: 20 });
    clearInterval(watch);
    expect(endings(ran)).toEqual(['exited', 'lost: flooding', 'exited', 'exited']);
    expect((most - before) / 2 ** 20).toBeLessThan(100);
    const kept = readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    expect(kept / 2 ** 20).toBeLessThan(80);
  });
});
