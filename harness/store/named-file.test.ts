// SPDX-License-Identifier: MIT
import { execFileSync, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { onPath } from '../process/requirements.ts';
import { writeArchive } from './archive-file.ts';
import { writeNamedFile, writingNamedFile } from './named-file.ts';

let folder: string;
const at = (...names: string[]): string => path.join(folder, ...names);
const write = (file: string, content = 'new') => writeNamedFile(file, (into) => into.writeFile(content));
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-named-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file that the user named', () => {
  test('is there when it is whole, and what was there stays when it never is', async () => {
    await write(at('file'), 'old');
    const failing = writeNamedFile(at('file'), async (into) => {
      await into.writeFile('half');
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(readFileSync(at('file'), 'utf8')).toBe('old');
    await write(at('file'));
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test.each([
    ['that is there', 'old'],
    ['that is not there yet', undefined],
  ])('behind links, one %s: they stay', async (_, old) => {
    mkdirSync(at('far'));
    if (old !== undefined) writeFileSync(at('far', 'file'), old);
    symlinkSync('far/link', at('link'));
    symlinkSync('file', at('far', 'link'));
    await write(at('link'));
    expect(readFileSync(at('far', 'file'), 'utf8')).toBe('new');
    expect(readlinkSync(at('link'))).toBe('far/link');
    expect(readdirSync(at('far')).sort()).toEqual(['file', 'link']);
  });

  test('a FIFO is written to when its reader comes, and is one afterwards', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const written = write(at('fifo'));
    await sleep(50);
    const reader = spawn('cat', [at('fifo')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [read] = await Promise.all([text(reader.stdout), written]);
    expect(read).toBe('new');
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['fifo']);
  });

  test('a device is written to, and what it says is told', async () => {
    await expect(write('/dev/full')).rejects.toMatchObject({
      name: 'disk-full',
      kind: 'infrastructure',
      remedy: expect.not.stringContaining('prune'),
    });
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  test.each([
    ['a folder', '.', 'is-a-folder'],
    ['a missing folder', 'none/file', 'no-such-folder'],
    ['a file as folder', 'plain/file', 'no-such-folder'],
    ['a link to a missing folder', 'astray', 'no-such-folder'],
    ['a ring of links', 'ring', 'no-such-folder'],
  ])('is refused: %s', async (_, name, failure) => {
    writeFileSync(at('plain'), '');
    symlinkSync('none/file', at('astray'));
    symlinkSync('ring', at('ring'));
    await expect(write(at(name))).rejects.toMatchObject({ name: failure, kind: 'request' });
    expect(readdirSync(folder).sort()).toEqual(['astray', 'plain', 'ring']);
  });

  test('where nothing can be made, it is said', async () => {
    await expect(write('/proc/file')).rejects.toMatchObject({ kind: 'infrastructure', name: 'not-writable' });
  });
});

describe('a file that is written as it goes', () => {
  const failing = (file: string, content: string) =>
    writingNamedFile(file, async () => {
      writeFileSync(file, content);
      throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    });

  test('is not left empty, and what came until the disk was full is kept', async () => {
    await expect(failing(at('empty'), '')).rejects.toMatchObject({ name: 'disk-full' });
    await expect(failing(at('half'), 'half')).rejects.toMatchObject({ name: 'disk-full' });
    expect(readdirSync(folder)).toEqual(['half']);
  });

  test('where nothing can be made, it is said', async () => {
    const opened = writingNamedFile('/proc/file', async () => writeFileSync('/proc/file', ''));
    await expect(opened).rejects.toMatchObject({ name: 'not-writable', kind: 'infrastructure' });
  });
});

describe('an archive that the user named', () => {
  const fill = async (archive: import('tar-stream').Pack) => {
    archive.entry({ name: 'one' }, 'x'.repeat(100_000));
  };

  test('is whole', async () => {
    await writeArchive(at('a.tar.gz'), fill);
    expect(execFileSync('tar', ['-tzf', at('a.tar.gz')], { encoding: 'utf8' })).toBe('one\n');
  });

  test.skipIf(!onPath('zstd'))('is whole by zstd, too; one that zstd did not finish is none', async () => {
    await writeArchive(at('a.tar.zst'), fill, { compression: 'zstd' });
    const plain = execFileSync('zstd', ['-dc', at('a.tar.zst')]);
    expect(execFileSync('tar', ['-t'], { input: plain, encoding: 'utf8' })).toBe('one\n');
    writeFileSync(at('zstd'), '#!/bin/sh\nhead -c 9\nkill -9 $$\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const ended = writeArchive(at('b.tar.zst'), fill, { compression: 'zstd' });
    await expect(ended).rejects.toMatchObject({ name: 'zstd-failed', what: 'zstd was ended by SIGKILL' });
    const abort = new AbortController();
    const aborted = writeArchive(at('b.tar.zst'), async () => abort.abort(), {
      compression: 'zstd',
      signal: abort.signal,
    });
    await expect(aborted).rejects.toMatchObject({ name: 'interrupted' });
    expect(readdirSync(folder).sort()).toEqual(['a.tar.zst', 'zstd']);
  });

  // The reader of the content waits for a writer that is gone: that was nobody's error.
  test('a disk that is full is a failure while the content is still coming', async () => {
    const slow = writeArchive('/dev/full', async (archive) => {
      await fill(archive);
      await new Promise(() => {});
    });
    await expect(slow).rejects.toMatchObject({ name: 'disk-full' });
  });

  test('leaves nothing when its content fails, or is interrupted', async () => {
    const failing = writeArchive(at('a.tar.gz'), async (archive) => {
      await fill(archive);
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    const abort = new AbortController();
    const aborted = writeArchive(at('a.tar.gz'), async () => abort.abort(), { signal: abort.signal });
    await expect(aborted).rejects.toMatchObject({ name: 'interrupted' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
