// SPDX-License-Identifier: MIT
// Kernels through a real registry and a real engine, both the test's own.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../docker/engine.ts';
import { parseRepository, type Repository } from '../docker/registry.ts';
import { OwnEngine } from '../docker/testing/engine.ts';
import { OwnRegistry } from '../docker/testing/registry.ts';
import { silent } from '../outcome/events.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { kernelDirectory } from './plan.ts';
import { listKernels } from './prune.ts';
import { pullKernel, pushKernels } from './registry.ts';

const disk = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
const root = mkdtempSync(path.join(disk, 'trapline-push-'));
const own = new OwnEngine(disk);
const registry = new OwnRegistry(disk);
const { signal } = new AbortController();
const first = 'a'.repeat(64);
const second = 'b'.repeat(64);
let engine: Engine;
let repository: Repository;

function keep(fingerprint: string): void {
  const folder = kernelDirectory(fingerprint);
  mkdirSync(folder, { recursive: true });
  for (const name of ['image', 'vmlinux', 'config']) writeFileSync(path.join(folder, name), `${name} ${fingerprint}`);
  writeManifest(folder, { architecture: 'x86_64', selector: 'with', version: '6.1' }, ['image', 'vmlinux', 'config']);
}
const freshCache = (): void => {
  process.env.TRAPLINE_CACHE = mkdtempSync(path.join(root, 'cache-'));
};
const left = async () => [
  ...(await engine.docker.listContainers({ all: true })),
  ...(await engine.docker.listImages({ all: true })),
];

beforeAll(async () => {
  engine = await own.start();
  repository = parseRepository(`${await registry.start()}/trapline/kernels`);
});
beforeEach(freshCache);
afterAll(async () => {
  await own.remove();
  await registry.remove();
  rmSync(root, { recursive: true, force: true });
  delete process.env.TRAPLINE_CACHE;
  expect(own.left()).toEqual([]);
});

describe('kernels in a registry', () => {
  test('arrive in another store as they were, and leave nothing in the engine', async () => {
    keep(first);
    keep(second);
    await pushKernels(engine, listKernels(), repository, silent, signal);
    freshCache();
    expect(await pullKernel(engine, second, repository, silent, signal)).toBe(true);
    expect(listKernels().map(({ fingerprint }) => fingerprint)).toEqual([second]);
    expect(readFileSync(path.join(kernelDirectory(second), 'image'), 'utf8')).toBe(`image ${second}`);
    expect(verifyFolder(kernelDirectory(second)).state).toBe('whole');
    expect(await left()).toEqual([]);
  });

  test('one that was never pushed is not there', async () => {
    expect(await pullKernel(engine, 'c'.repeat(64), repository, silent, signal)).toBe(false);
    expect(listKernels()).toEqual([]);
  });

  test('an image of something else is refused', async () => {
    const { pack } = await import('tar-stream');
    const archive = pack();
    archive.entry({ name: `${'d'.repeat(64)}`, type: 'symlink', linkname: '/etc' });
    archive.finalize();
    const imported = await engine.docker.importImage(
      archive as unknown as string,
      {
        repo: repository.name,
        tag: 'd'.repeat(64),
      } as object,
    );
    await new Promise((resolve) => engine.docker.modem.followProgress(imported as NodeJS.ReadableStream, resolve));
    const image = engine.docker.getImage(`${repository.name}:${'d'.repeat(64)}`);
    const pushed = await image.push({ tag: 'd'.repeat(64) });
    await new Promise((resolve) => engine.docker.modem.followProgress(pushed, resolve));
    await expect(pullKernel(engine, 'd'.repeat(64), repository, silent, signal)).rejects.toMatchObject({
      name: 'archive-refused',
    });
    expect(listKernels()).toEqual([]);
    expect(await left()).toEqual([]);
  });

  test('a registry that is gone is named', async () => {
    keep(first);
    await registry.stop();
    const gone = { name: 'registry-failed', what: expect.stringContaining(repository.name) };
    await expect(pushKernels(engine, listKernels(), repository, silent, signal)).rejects.toMatchObject(gone);
    await expect(pullKernel(engine, second, repository, silent, signal)).rejects.toMatchObject(gone);
    expect(await left()).toEqual([]);
  });
});
