// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rememberedCommand } from './remembered.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-remembered-'));
  process.env.TRAPLINE_CACHE = path.join(folder, 'cache');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
});

const install = (says: string, status = 0): string => {
  const program = path.join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\necho asked >>${folder}/log\necho ${says} "$@"\nexit ${status}\n`, { mode: 0o755 });
  return program;
};
const asked = (): number => readFileSync(path.join(folder, 'log'), 'utf8').trim().split('\n').length;

test('a program is asked once for each question, and again when it has changed', async () => {
  const program = install('one');
  expect((await rememberedCommand(program, ['--version'])).stdout).toBe('one --version\n');
  expect((await rememberedCommand(program, ['--version'])).stdout).toBe('one --version\n');
  expect(asked()).toBe(1);
  await rememberedCommand(program, ['--help']);
  await rememberedCommand(program, ['--help'], { input: 'input' });
  expect(asked()).toBe(3);
  install('another');
  expect((await rememberedCommand(program, ['--version'])).stdout).toBe('another --version\n');
});

test('a failure is not remembered, nor does a damaged memory matter', async () => {
  const program = install('bad', 1);
  await rememberedCommand(program, []);
  await rememberedCommand(program, []);
  expect(asked()).toBe(2);
  install('good');
  await rememberedCommand(program, []);
  writeFileSync(path.join(folder, 'cache/programs.json'), '{"half');
  process.env.TRAPLINE_CACHE = `${process.env.TRAPLINE_CACHE}/../cache`;
  expect((await rememberedCommand(program, [])).stdout).toBe('good\n');
});
