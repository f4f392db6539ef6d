// SPDX-License-Identifier: MIT
import path from 'node:path';
import { expect, test } from 'vitest';
import { withScratch } from '../store/temporary.ts';
import { ConsoleLog, type Trouble } from './console-log.ts';

const WARNING = 'WARNING: CPU: 0 PID: 71 at kernel/events/core.c:6482 perf_pending_task+0x1c/0x40';

const read = (text: string) =>
  withScratch(async (folder) => {
    const troubles: Trouble[] = [];
    const warnings: string[] = [];
    const log = new ConsoleLog(
      path.join(folder, 'console.log'),
      (trouble) => troubles.push(trouble),
      (line) => warnings.push(line),
    );
    log.add(Buffer.from(text));
    log.close();
    return { troubles, warnings };
  });

test('a warning is told and is no trouble: the kernel goes on', async () => {
  expect(await read(`[    1.0] ${WARNING}\nModules linked in:\n`)).toEqual({
    troubles: [],
    warnings: [`[    1.0] ${WARNING}`],
  });
});

test('an oops is trouble, a program that speaks of warnings is nothing', async () => {
  expect(await read('BUG: unable to handle page fault\nWARNING: this is a program\n')).toEqual({
    troubles: [{ kind: 'oops', line: 'BUG: unable to handle page fault' }],
    warnings: [],
  });
});

test('a kernel that warns without end is told a limited number of times', async () => {
  expect((await read(`${WARNING}\n`.repeat(1000))).warnings).toHaveLength(100);
});
