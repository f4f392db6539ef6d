// SPDX-License-Identifier: MIT
// Watching a toy kernel's tree by the real ./trapline: what the kernel does stands in its source.
import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Started, toyProject } from './testdata/checkout.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { checkout, fake } = toyProject();
let started: Started | undefined;
afterEach(() => started?.child.kill('SIGKILL'));

const REFUSED = { what: 'refused', call: 'open', error: 'no', errnoWithoutSigtrap: 0 };
const kernel = (errno: number): string =>
  [{ boot: null }, { allSee: { ...REFUSED, errno } }].map((one) => `${JSON.stringify(one)}\n`).join('');
const SETTING = ['--clause', '4.1', '--trigger', 'hw-breakpoint', '--mechanism', 'sigtrap', '--accel', 'tcg'];

function watch(tree: string): { said: () => string; until: (words: RegExp) => Promise<void> } {
  fake.direct([{ kernel: null }]);
  const one = checkout.start(['watch', '--tree', tree, ...SETTING]);
  started = one;
  let text = '';
  one.child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  return {
    said: () => text,
    until: (words) => vi.waitFor(() => expect(text).toMatch(words), { timeout: 60_000, interval: 50 }),
  };
}

describe('watch', () => {
  test('a change is a verdict, a build that fails is told, and Ctrl-C ends it', async () => {
    const tree = checkout.tree({ 'main.c': kernel(22) });
    const { said, until } = watch(tree);
    await until(/4\.1 hw-breakpoint sigtrap {2}absent \(unexpected failure: expected conforms\)/);
    writeFileSync(path.join(tree, 'main.c'), kernel(19));
    await until(/absent → unsupported/);
    const rounds = fake.started();
    // What is none of the kernel's, and a file that is only written again, are no news.
    writeFileSync(path.join(tree, 'main.o'), 'a build product');
    writeFileSync(path.join(tree, 'main.c'), kernel(19));
    writeFileSync(path.join(tree, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n$(error not finished)\n');
    await until(/make tinyconfig failed.*not finished/);
    expect(fake.started()).toBe(rounds);
    started?.child.kill('SIGINT');
    const ended = await started?.ended;
    expect(ended).toMatchObject({ code: 130, complaints: [expect.stringContaining('watching was ended')] });
    expect(said().match(/x86_64 Linux/g)).toHaveLength(2);
  });

  test('a change during a build ends it, and the new tree is built', async () => {
    const tree = checkout.tree({ 'main.c': `SLOW\n${kernel(22)}` });
    const { until } = watch(tree);
    await vi.waitFor(() => expect(checkout.builders().length).toBeGreaterThan(0), { timeout: 60_000 });
    writeFileSync(path.join(tree, 'main.c'), kernel(19));
    await until(/unsupported/);
    expect(checkout.builders()).toEqual([]);
  });

  test('what is none of the kernel’s disturbs neither build nor boot, however much it is written', async () => {
    const tree = checkout.tree({ 'main.c': `{"wait":1}\n${kernel(22)}` });
    const { until } = watch(tree);
    const writing = setInterval(() => writeFileSync(path.join(tree, 'main.o'), `${performance.now()}`), 30);
    try {
      await until(/absent/);
      writeFileSync(path.join(tree, 'main.c'), `{"wait":1}\n${kernel(19)}`);
      await until(/absent → unsupported/);
    } finally {
      clearInterval(writing);
    }
  });

  test('a file that was touched during the boot, and is the same, leaves the verdict as it comes', async () => {
    const tree = checkout.tree({ 'main.c': `{"wait":2}\n${kernel(22)}` });
    const { until } = watch(tree);
    await vi.waitFor(() => expect(fake.started()).toBeGreaterThan(0), { timeout: 60_000 });
    writeFileSync(path.join(tree, 'main.c'), `{"wait":2}\n${kernel(22)}`);
    await until(/absent/);
  });

  test('a change during the boot ends it, and one back begins it anew', async () => {
    const tree = checkout.tree({ 'main.c': `{"wait":4}\n${kernel(22)}` });
    const { until, said } = watch(tree);
    await vi.waitFor(() => expect(fake.started()).toBeGreaterThan(0), { timeout: 60_000 });
    writeFileSync(path.join(tree, 'main.c'), `SLOW\n${kernel(19)}`);
    await vi.waitFor(() => expect(checkout.builders().length).toBeGreaterThan(0), { timeout: 60_000 });
    writeFileSync(path.join(tree, 'main.c'), `{"wait":4}\n${kernel(22)}`);
    await until(/absent/);
    expect(said().match(/x86_64 Linux/g)).toHaveLength(1);
  });

  test('a tree behind a symbolic link; a folder that becomes a file', async () => {
    const tree = checkout.tree({ 'main.c': kernel(22) });
    mkdirSync(path.join(tree, 'sub'));
    writeFileSync(path.join(tree, 'sub/inner.c'), 'inner');
    symlinkSync(tree, `${tree}-link`);
    const { until } = watch(`${tree}-link`);
    await until(/absent/);
    rmSync(path.join(tree, 'sub'), { recursive: true });
    writeFileSync(path.join(tree, 'sub'), 'a file');
    writeFileSync(path.join(tree, 'main.c'), kernel(19));
    await until(/absent → unsupported/);
  });

  test('what the watcher does not tell is found when nobody waits', async () => {
    // Of its own, so that it is built here and not taken from the store.
    const tree = checkout.tree({ 'main.c': kernel(22), Kconfig: 'config TOY\n\tbool "toy of its own"\n' });
    linkSync(path.join(tree, 'main.c'), `${tree}-other-name`);
    const { until } = watch(tree);
    await until(/absent/);
    writeFileSync(`${tree}-other-name`, kernel(19));
    writeFileSync(path.join(tree, 'Kconfig'), 'config TOY\n\tbool "another toy"\n');
    await until(/absent → unsupported/);
  });

  test('a tree that is gone ends it', async () => {
    const tree = checkout.tree({ 'main.c': kernel(22) });
    const { until } = watch(tree);
    await until(/absent/);
    renameSync(tree, `${tree}-away`);
    expect(await started?.ended).toMatchObject({ code: 2, complaints: [expect.stringMatching(/tree .* is gone/)] });
  });

  test('what is no tree is told at once', async () => {
    const empty = mkdtempSync(path.join(checkout.root, 'empty-'));
    const ended = await checkout.run(['watch', '--tree', empty, ...SETTING]);
    expect(ended).toMatchObject({ code: 2, complaints: [expect.stringContaining(empty)] });
    const file = await checkout.run(['watch', '--tree', path.join(checkout.tree(), 'Makefile'), ...SETTING]);
    expect(file).toMatchObject({ code: 2, complaints: [expect.stringContaining('no folder')] });
    const below = await checkout.run(['watch', '--tree', path.join(checkout.tree(), 'Makefile/x'), ...SETTING]);
    expect(below).toMatchObject({ code: 2, complaints: [expect.stringContaining('no folder')] });
    const nowhere = await checkout.run(['watch', '--tree', '/nowhere', ...SETTING]);
    expect(nowhere).toMatchObject({ code: 2, complaints: [expect.stringContaining('no folder /nowhere')] });
  });
});
