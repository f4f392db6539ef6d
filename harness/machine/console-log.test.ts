// SPDX-License-Identifier: MIT
import path from 'node:path';
import { expect, test } from 'vitest';
import { withScratch } from '../store/temporary.ts';
import { ConsoleLog, type Trouble } from './console-log.ts';

const WARNING = 'WARNING: CPU: 0 PID: 71 at kernel/events/core.c:6482 perf_pending_task+0x1c/0x40';

const read = (text: string, chunk = text.length) =>
  withScratch(async (folder) => {
    const troubles: Trouble[] = [];
    const warnings: string[] = [];
    const marks: [number, string][] = [];
    const log = new ConsoleLog(path.join(folder, 'console.log'), {
      onTrouble: (trouble) => troubles.push(trouble),
      onWarning: (line) => warnings.push(line),
      onMark: (step, from, to) => marks.push([step, text.slice(from, to)]),
    });
    for (let at = 0; at < text.length; at += chunk) log.add(Buffer.from(text.slice(at, at + chunk)));
    log.close();
    return { troubles, warnings, marks };
  });

test('a warning is told and is no trouble: the kernel goes on', async () => {
  expect(await read(`[    1.0] ${WARNING}\nModules linked in:\n`)).toEqual({
    troubles: [],
    warnings: [`[    1.0] ${WARNING}`],
    marks: [],
  });
});

test('an oops is trouble, a program that speaks of warnings is nothing', async () => {
  expect(await read('BUG: unable to handle page fault\nWARNING: this is a program\n')).toEqual({
    troubles: [{ kind: 'oops', line: 'BUG: unable to handle page fault' }],
    warnings: [],
    marks: [],
  });
});

test.each([1, 7, 1000])(
  'a mark is told with where its line stands, however the bytes come: %i at a time',
  async (chunk) => {
    const marks = ['[    0.7] trapline: step 17, 3.2 page-fault sigtrap\r\n', '[    0.8] trapline: step 18, 3.3 a b\n'];
    const text = `${'x'.repeat(5000)}\n${marks[0]}${WARNING}\n${marks[1]}no trapline: step 9\n`;
    expect((await read(text, chunk)).marks).toEqual([
      [17, marks[0]],
      [18, marks[1]],
    ]);
  },
);

test('a kernel that warns without end is told a limited number of times', async () => {
  expect((await read(`${WARNING}\n`.repeat(1000))).warnings).toHaveLength(100);
});
