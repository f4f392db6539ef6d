// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silent } from '../outcome/events.ts';
import { writingTo } from './disk.ts';
import { withLock, withLockOrRefusal } from './lock.ts';
import { verifyFolder, writeManifest } from './manifest.ts';
import { installFolder, makeScratch, startOf, sweepTemporary, temporaryName, withScratch } from './temporary.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-store-'));
  process.env.TRAPLINE_CACHE = folder;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
});

describe('installFolder', () => {
  it('leaves nothing when filling fails, and the old content stays', async () => {
    const target = path.join(folder, 'target');
    await installFolder(target, async (into) => writeFileSync(path.join(into, 'old'), ''));
    const failing = installFolder(target, async (into) => {
      writeFileSync(path.join(into, 'new'), '');
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(readdirSync(folder)).toEqual(['target']);
    expect(readdirSync(target)).toEqual(['old']);
  });
});

describe('sweepTemporary', () => {
  it('removes what dead processes left, and nothing else', async () => {
    const own = temporaryName(path.join(folder, 'mine'));
    const dead = path.join(folder, '.tmp-4194000-1-abcd-theirs');
    // This process's id, but of an earlier process.
    const recycled = path.join(folder, `.tmp-${process.pid}-1-abcd-recycled`);
    for (const each of [own, dead, recycled, path.join(folder, 'kept')]) mkdirSync(each);
    await sweepTemporary(folder);
    expect(readdirSync(folder).sort()).toEqual([path.basename(own), 'kept'].sort());
    expect(startOf(4_194_000)).toBeUndefined();
  });
});

describe('verifyFolder', () => {
  it('tells missing, whole, changed, shortened and without manifest apart', () => {
    const file = path.join(folder, 'image');
    writeFileSync(file, 'content');
    expect(verifyFolder(path.join(folder, 'none')).state).toBe('missing');
    expect(verifyFolder(folder)).toMatchObject({ state: 'corrupt', problem: expect.stringContaining('manifest.json') });
    writeManifest(folder, { version: '6.1' }, ['image']);
    expect(verifyFolder(folder)).toMatchObject({ state: 'whole', manifest: { facts: { version: '6.1' } } });
    writeFileSync(file, 'c0ntent');
    expect(verifyFolder(folder)).toMatchObject({ state: 'corrupt', problem: expect.stringContaining('has changed') });
    writeFileSync(file, 'cont');
    expect(verifyFolder(folder)).toMatchObject({
      state: 'corrupt',
      problem: expect.stringContaining('4 bytes instead of 7'),
    });
  });
});

describe('withLock', () => {
  const lock = () => path.join(folder, 'locks', 'name');
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  afterAll(() => other.kill());
  /** As if another trapline held it. */
  const heldByOther = (): void => {
    mkdirSync(`${lock()}.lock`, { recursive: true });
    writeFileSync(`${lock()}.holder`, `${other.pid} ${startOf(other.pid ?? 0)}`);
  };
  const notices: string[] = [];
  beforeEach(() => void notices.splice(0));
  const sink = (event: { type: string; message?: string }) => notices.push(event.message ?? '');

  it('lets one in at a time, in their order, and leaves no file', async () => {
    const order: string[] = [];
    await Promise.all(
      ['first', 'second', 'third'].map((name) =>
        withLock('name', sink, undefined, async () => {
          order.push(`${name} in`);
          await sleep(20);
          order.push(`${name} out`);
        }),
      ),
    );
    expect(order).toEqual(['first in', 'first out', 'second in', 'second out', 'third in', 'third out']);
    expect(notices).toEqual([]);
    expect(readdirSync(path.join(folder, 'locks'))).toEqual([]);
  });

  it('tells the waiter which other process has it', async () => {
    heldByOther();
    const waiting = withLock('name', sink, undefined, async () => 'in');
    await expect.poll(() => notices).toEqual([expect.stringContaining(`process ${other.pid}`)]);
    rmSync(`${lock()}.holder`);
    rmSync(`${lock()}.lock`, { recursive: true });
    expect(await waiting).toBe('in');
    expect(readdirSync(path.join(folder, 'locks'))).toEqual([]);
  });

  it('turns away who does not want to wait, and lets them in when it is free or its holder was killed', async () => {
    const come = () =>
      withLockOrRefusal(
        'name',
        (who) => new Error(`held by ${who}`),
        undefined,
        async () => 'in',
      );
    heldByOther();
    await expect(come()).rejects.toThrow(`held by process ${other.pid}`);
    // Nobody waits for it.
    expect(readdirSync(path.join(folder, 'locks')).sort()).toEqual(['name.holder', 'name.lock']);
    writeFileSync(`${lock()}.holder`, '4194000 1');
    expect(await come()).toBe('in');
    expect(readdirSync(path.join(folder, 'locks'))).toEqual([]);
  });

  it('who had it just now lets another process have it that waits', async () => {
    await withLock('name', sink, undefined, async () => writeFileSync(`${lock()}.waiting`, ''));
    const again = withLock('name', sink, undefined, async () => 'in');
    // It would have had it by now.
    await sleep(100);
    heldByOther();
    await expect.poll(() => notices).toHaveLength(1);
    rmSync(`${lock()}.holder`);
    rmSync(`${lock()}.lock`, { recursive: true });
    expect(await again).toBe('in');
  });

  it('takes over at once from a holder that was killed', async () => {
    const file = path.join(folder, 'locks', 'name');
    mkdirSync(`${file}.lock`, { recursive: true });
    writeFileSync(`${file}.holder`, '4194000 1');
    const started = performance.now();
    await Promise.all([1, 2, 3].map(() => withLock('name', silent, undefined, async () => {})));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(readdirSync(path.join(folder, 'locks'))).toEqual([]);
  });

  it('stops waiting on abort', async () => {
    heldByOther();
    const abort = new AbortController();
    const waiting = withLock(
      'name',
      () => abort.abort(),
      abort.signal,
      async () => {},
    );
    await expect(waiting).rejects.toMatchObject({ name: 'interrupted' });
  });
});

describe('a cache that cannot be used', () => {
  it.each(['/dev/null', '/dev/null/cache', '/proc/cache'])('is told as such: %s', async (cache) => {
    process.env.TRAPLINE_CACHE = cache;
    await expect(withLock('name', silent, undefined, async () => {})).rejects.toMatchObject({
      name: 'cache-unusable',
      kind: 'infrastructure',
      what: expect.stringContaining(cache),
    });
  });
});

describe('withScratch', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['/nonexistent', '/proc', '/dev/null'])('says that there is no folder for it: %s', async (where) => {
    vi.stubEnv('TMPDIR', where);
    const failure = { name: 'no-temporary-folder', kind: 'infrastructure', what: expect.stringContaining(where) };
    await expect(withScratch(async () => {})).rejects.toMatchObject(failure);
    expect(() => makeScratch()).toThrow(expect.objectContaining(failure));
  });
});

describe('writingTo', () => {
  it('says that the disk is full', async () => {
    const full = async () => {
      throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    };
    await expect(writingTo('/cache', full)).rejects.toMatchObject({ name: 'disk-full', kind: 'infrastructure' });
    // Room in the cache helps nobody whose own folder is on a full disk.
    await expect(writingTo('/bugs', full)).rejects.toMatchObject({ remedy: expect.not.stringContaining('prune') });
    await expect(writingTo(`${folder}/kernels`, full)).rejects.toMatchObject({
      remedy: expect.stringContaining('kernel prune'),
    });
  });

  it('says that nothing can be written there, and nothing of other places', async () => {
    const refused = (file: string) => async () => {
      throw Object.assign(new Error(`EROFS: read-only file system, open '${file}'`), { code: 'EROFS', path: file });
    };
    await expect(writingTo('/bugs', refused('/bugs/of/mine'))).rejects.toMatchObject({
      name: 'not-writable',
      kind: 'infrastructure',
    });
    await expect(writingTo('/bugs', refused('/bugs-of-others'))).rejects.not.toHaveProperty('kind');
  });
});
