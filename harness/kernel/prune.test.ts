// SPDX-License-Identifier: MIT
// What is taken out of the store, and what stays.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, cache, sink, stage, tree } from './testdata/toy-stage.ts';

const { listKernels, pruneKernels } = stage;

describe('pruneKernels', () => {
  it('takes and counts what lies among the kernels and says not what it is', async () => {
    const damaged = path.join(cache(), 'kernels', 'damaged');
    mkdirSync(path.join(damaged, 'deep'), { recursive: true });
    writeFileSync(path.join(damaged, 'deep', 'vmlinux'), Buffer.alloc(100_000, 'x'));
    expect(await pruneKernels({}, sink)).toEqual([]);
    const [removed] = await pruneKernels({ all: true }, sink);
    expect(removed).toMatchObject({ fingerprint: 'damaged', selector: 'unknown' });
    expect(removed?.bytes).toBeGreaterThanOrEqual(100_000);
    expect(existsSync(damaged)).toBe(false);
  });

  it('keeps what was used last within the size, and everything else with nothing said', async () => {
    await build(`tree:${tree}`);
    const last = await build(`tree:${tree}+louder`);
    expect(await pruneKernels({}, sink)).toEqual([]);
    const [newest] = listKernels();
    expect(newest).toMatchObject({ fingerprint: last.fingerprint, architecture: 'x86_64', version: '6.1.7' });
    const removed = await pruneKernels({ maxBytes: newest?.bytes ?? 0 }, sink);
    expect(removed.map(({ selector }) => selector)).toEqual([`tree:${tree}`]);
    expect(listKernels()).toHaveLength(1);
    const kept = ['initramfs/0.cpio', 'guest/0/init', 'selftest/x86/0.elf'].map((name) => path.join(cache(), name));
    for (const file of kept) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '');
    }
    await pruneKernels({ olderThanDays: 1 }, sink);
    expect(kept.filter((file) => existsSync(file))).toEqual(kept);
    await pruneKernels({ all: true }, sink);
    expect(kept.filter((file) => existsSync(file))).toEqual([]);
    expect(listKernels()).toEqual([]);
    expect(readdirSync(path.join(cache(), 'workspaces'))).toEqual([]);
  });
});
