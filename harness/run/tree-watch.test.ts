// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TreeWatch } from './tree-watch.ts';

vi.setConfig({ testTimeout: 20_000 });

let root: string;
let watch: TreeWatch;
const tree = (...parts: string[]): string => path.join(root, 'tree', ...parts);

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'trapline-watch-'));
  mkdirSync(tree('kernel'), { recursive: true });
  watch = await TreeWatch.begin(tree());
});
afterEach(async () => {
  await watch.end();
  rmSync(root, { recursive: true });
});

/** What is told until nothing more is. */
async function news(): Promise<string[]> {
  await watch.changed(AbortSignal.timeout(10_000));
  return [...watch.news()].sort();
}

describe('what was touched in a tree', () => {
  it('is told by its name there, and once', async () => {
    writeFileSync(tree('kernel/core.c'), 'one');
    expect(await news()).toEqual(['kernel/core.c']);
    writeFileSync(tree('kernel/core.c'), 'two');
    writeFileSync(tree('Makefile'), '');
    expect(await news()).toEqual(['Makefile', 'kernel/core.c']);
  });

  it('is told of folders in a folder that came whole', async () => {
    mkdirSync(path.join(root, 'elsewhere/net/ipv4'), { recursive: true });
    renameSync(path.join(root, 'elsewhere/net'), tree('net'));
    expect(await news()).toEqual(['net']);
    writeFileSync(tree('net/ipv4/tcp.c'), 'one');
    expect(await news()).toEqual(['net/ipv4/tcp.c']);
  });

  it('wakes nobody when the wait is ended', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await watch.changed(abort.signal);
    expect([...watch.news()]).toEqual([]);
  });
});
