// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bareCommandsOf, runBare } from './bare.ts';
import { chooseFigures, reached, scoreOf } from './index.ts';
import { inTurn, median, mustRun } from './measure.ts';
import { peakMemory, withPeakMemory } from './memory.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'trapline-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('median', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow('no values');
});

test('ways are taken in turn', async () => {
  const order: string[] = [];
  const way = (name: string, values: number[]) => async () => {
    order.push(name);
    return values.shift() ?? 0;
  };
  expect(await inTurn(3, way('a', [1, 8, 2]), way('b', [5, 5, 7]))).toEqual([2, 5]);
  expect(order.join('')).toBe('ababab');
});

test('a figure is reached by its ratio, or by its value when there is nothing to compare it with', () => {
  const measured = { what: 'harness', value: 3 };
  const ratio = { measured, against: { what: 'bare', value: 2 }, unit: 's', limit: 1.4 } as const;
  expect([scoreOf(ratio), reached(ratio), reached({ ...ratio, limit: 1.5 })]).toEqual([1.5, false, true]);
  expect(reached({ measured, unit: 's', limit: 2.9 })).toBe(false);
  expect(reached({ measured, unit: 'MiB' })).toBeUndefined();
});

test('a command that ends otherwise is named with what it said', async () => {
  const context = { cwd: folder };
  expect(await mustRun(['sh', '-c', 'echo yes; exit 1'], context, [0, 1])).toBe('yes\n');
  await expect(mustRun(['sh', '-c', 'echo no >&2; exit 3'], context)).rejects.toMatchObject({
    name: 'bench-command-failed',
    what: expect.stringMatching(/ended with 3: no$/),
  });
});

test('peak memory is that of the command’s own process', async () => {
  const grow = 'const all = Buffer.alloc(120 * 2 ** 20, 1); setTimeout(() => all.length, 300);';
  const peak = await peakMemory(['node', '-e', grow], { cwd: folder });
  expect(peak).toBeGreaterThan(120);
  expect(peak).toBeLessThan(400);
});

test('peak memory of a tree is that of all its processes', async () => {
  const grow = 'const all = Buffer.alloc(120 * 2 ** 20, 1); setTimeout(() => all.length, 1500);';
  const two = () => mustRun(['sh', '-c', `node -e '${grow}' & node -e '${grow}'; wait`], { cwd: folder });
  const { peak } = await withPeakMemory(two);
  expect(peak).toBeGreaterThan(240);
  expect(peak).toBeLessThan(600);
});

test('the bare commands of a run are those of its cells, run side by side', async () => {
  const cell = (arch: string, label: string, machines: number) => {
    const name = path.join(arch, label);
    mkdirSync(path.join(folder, 'run', name), { recursive: true });
    for (let number = 1; number <= machines; number++) {
      const file = number === 1 ? 'qemu.argv' : `qemu-${number}.argv`;
      writeFileSync(path.join(folder, 'run', name, file), 'sh -c \\\n  "sleep 0.5; echo done >&3" 3>channel.jsonl\n');
    }
    return { arch, kernel: { label }, folder: name, machines };
  };
  const report = { cells: [cell('x', 'with', 1), cell('x', 'without', 1), cell('y', 'with', 2)] };
  writeFileSync(path.join(folder, 'run/report.json'), JSON.stringify(report));
  const { commands, architectures, lost } = bareCommandsOf(path.join(folder, 'run'));
  expect(commands.map(({ name }) => name)).toEqual(['x/with/qemu.argv', 'x/without/qemu.argv']);
  // A guest that was lost may never end by itself.
  expect({ architectures, lost }).toEqual({ architectures: ['x'], lost: ['y'] });
  const { wall, sum } = await runBare(commands, folder, 3, new AbortController().signal);
  expect(sum).toBeGreaterThan(1);
  expect(wall).toBeLessThan(sum);
});

test('figures are chosen by name; those that build are asked for', () => {
  expect(chooseFigures(['exec', 'cold'], false).map(({ name }) => name)).toEqual(['exec', 'cold']);
  expect(chooseFigures([], false).some(({ cold }) => cold)).toBe(false);
  expect(chooseFigures([], true).some(({ cold }) => cold)).toBe(true);
  expect(() => chooseFigures(['speed'], false)).toThrow(/no figure "speed"/);
});
