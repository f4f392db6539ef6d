// SPDX-License-Identifier: MIT
// Logs of kernels that fell over or complained, recorded from real boots: each is cut out, named and read.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import { CRASH_KINDS, type Frame } from '../outcome/crash.ts';
import { cutCrashes } from './cut.ts';
import { EXPECTED } from './testdata/expected.ts';

const folder = fileURLToPath(new URL('testdata/logs', import.meta.url));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.log'))
  .map((name) => name.replace(/\.log$/, ''))
  .sort();
const read = (name: string): string => readFileSync(path.join(folder, `${name}.log`), 'utf8');
const crashesOf = (text: string) => cutCrashes(text).map(({ crash }) => crash);
const functionOf = (frame: Frame | undefined): string | undefined => frame?.symbol.replace(/\+0x.*/, '');

test('at least sixty logs, and each has its expectation', () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(names).toEqual(Object.keys(EXPECTED).sort());
});

/** Records that share a kernel's configuration share its logs. */
const kernels = [...new Set(architectures.map(({ kernel }) => kernel.fragment))];
test.each(kernels)('%s has logs of its own', (kernel) => {
  const own = names.filter((name) => name.startsWith(`${kernel}/`));
  expect(own.length).toBeGreaterThan(0);
});

describe.each(names)('%s', (name) => {
  test('is what was provoked', () => {
    const [first, ...others] = crashesOf(read(name));
    const expected = EXPECTED[name];
    expect({
      kind: first?.kind,
      severity: first?.severity,
      at: functionOf(first?.at),
      calledBy: functionOf(first?.trace.find(({ unsure }) => !unsure) ?? first?.trace[0]),
      task: first?.task?.name,
      panic: first?.panic?.replace('Kernel panic - not syncing: ', '').slice(0, 30),
      others: others.length > 0 ? others.map(({ kind }) => kind) : undefined,
    }).toEqual({
      at: undefined,
      calledBy: undefined,
      task: undefined,
      panic: undefined,
      others: undefined,
      ...expected,
    });
    expect(first?.line).not.toBe('');
    expect(first?.text).toContain(first?.line);
  });

  test('is the same with printk’s times, with a serial line’s ends, and after a boot', () => {
    const boot = 'Linux version 6.1\nconsole [ttyS0] enabled\n';
    const lines = read(name).split('\n');
    const timed = lines.map((line, index) => (line === '' ? line : `[${(index / 9).toFixed(6).padStart(12)}] ${line}`));
    expect(crashesOf(boot + timed.join('\r\n'))).toEqual(crashesOf(lines.join('\n')));
  });
});

test.each([
  ['x86_64/bug', 'drivers/misc/lkdtm/bugs.c:78'],
  ['alpha/bug', 'drivers/misc/lkdtm/bugs.c:105'],
  ['m68k/warning', 'drivers/misc/lkdtm/bugs.c:85'],
])('%s has the file and line that the kernel says', (name, said) => {
  expect(crashesOf(read(name))[0]?.said).toBe(said);
});

test.each([
  ['x86_64/bug', /---\[ end trace 0+ \]---$/],
  ['alpha/bug', /^<00000069>\n 005a7243$/m],
])('%s is cut out to its end', (name, end) => {
  expect(crashesOf(read(name))[0]?.text).toMatch(end);
});

test('a line without end takes no longer than others, and what follows it is found', () => {
  const hostile = 'WARNING: -safe -> '.repeat(2000);
  const started = performance.now();
  const found = crashesOf(`${hostile}\n${hostile}\nBUG: KASAN: use-after-free in f+0x1/0x2\n`);
  expect(found.map(({ kind }) => kind)).toContain('kasan');
  expect(performance.now() - started).toBeLessThan(2000);
});

test('the kinds that were recorded', () => {
  const recorded = new Set(Object.values(EXPECTED).flatMap(({ kind, others = [] }) => [kind, ...others]));
  const missing = Object.keys(CRASH_KINDS).filter((kind) => !recorded.has(kind as keyof typeof CRASH_KINDS));
  expect(missing).toEqual([]);
});
