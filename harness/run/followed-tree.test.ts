// SPDX-License-Identifier: MIT
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FollowedTree } from './followed-tree.ts';

vi.setConfig({ testTimeout: 20_000 });

const LOOK = 0.2;
const never = new AbortController().signal;

let root: string;
let tree: FollowedTree;
const at = (name: string): string => path.join(root, 'tree', name);

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'trapline-followed-'));
  process.env.TRAPLINE_CACHE = path.join(root, 'cache');
  mkdirSync(at(''), { recursive: true });
  writeFileSync(at('Makefile'), 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n');
  writeFileSync(at('Kconfig'), '');
  writeFileSync(at('main.c'), 'one');
  linkSync(at('main.c'), path.join(root, 'other-name'));
  tree = await FollowedTree.begin(path.join(root, 'tree'), LOOK);
});
afterEach(async () => {
  await tree.end();
  delete process.env.TRAPLINE_CACHE;
  rmSync(root, { recursive: true });
});

it('is another when a file of it is, and not for what git ignores', async () => {
  const source = await tree.read(never);
  let other = false;
  const waiting = tree.other(source, never, false).then(() => {
    other = true;
  });
  writeFileSync(at('main.o'), 'a build product');
  await sleep(500);
  expect(other).toBe(false);
  writeFileSync(at('main.c'), 'two');
  await waiting;
  expect((await tree.read(never)).identity).not.toBe(source.identity);
});

it('is looked at when nothing is told for a while, and nobody waits', async () => {
  const source = await tree.read(never);
  const waiting = tree.other(source, never, true);
  // Behind the look at the beginning.
  await sleep(2 * LOOK * 1000);
  writeFileSync(path.join(root, 'other-name'), 'two');
  await waiting;
  expect((await tree.read(never)).identity).not.toBe(source.identity);
});

it('is another when it cannot be read any more, and reading says why', async () => {
  const source = await tree.read(never);
  const waiting = tree.other(source, never, false);
  rmSync(at('Makefile'));
  await waiting;
  await expect(tree.read(never)).rejects.toMatchObject({ name: 'not-a-kernel-tree' });
});
