// SPDX-License-Identifier: MIT
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { silent } from '../outcome/events.ts';
import { verifyFolder, writeManifest } from '../store/manifest.ts';
import { chooseStored, exportKernels, importKernels } from './transfer.ts';

const root = mkdtempSync(path.join(tmpdir(), 'trapline-transfer-'));
const first = 'a'.repeat(64);
const second = `b${'c'.repeat(63)}`;
const store = (): string => path.join(process.env.TRAPLINE_CACHE ?? '', 'kernels');
const freshCache = (): void => {
  process.env.TRAPLINE_CACHE = mkdtempSync(path.join(root, 'cache-'));
};

function keep(fingerprint: string, content: string): void {
  const folder = path.join(store(), fingerprint);
  mkdirSync(folder, { recursive: true });
  for (const name of ['image', 'vmlinux', 'config']) writeFileSync(path.join(folder, name), `${name} ${content}`);
  writeManifest(folder, { architecture: 'x86_64', selector: 'with', version: '6.1' }, ['image', 'vmlinux', 'config']);
}

async function archive(entries: (Partial<Header> & { name: string; text?: string })[]): Promise<string> {
  const file = path.join(root, `${Math.random()}.tar.gz`);
  const made = pack();
  const written = pipeline(made, createGzip(), createWriteStream(file));
  for (const { text, ...header } of entries) {
    if (text === undefined) made.entry(header as Header);
    else made.entry(header as Header, text);
  }
  made.finalize();
  await written;
  return file;
}

beforeEach(freshCache);
afterAll(() => {
  rmSync(root, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
});

describe('from one store to another', () => {
  test('kernels arrive as they were', async () => {
    keep(first, 'one');
    keep(second, 'two');
    const file = path.join(root, 'both.tar.gz');
    await exportKernels(chooseStored([]), file, silent);
    freshCache();
    expect((await importKernels(file, silent)).sort()).toEqual([first, second]);
    expect(readFileSync(path.join(store(), second, 'vmlinux'), 'utf8')).toBe('vmlinux two');
    expect(verifyFolder(path.join(store(), first)).state).toBe('whole');
    expect(readdirSync(store()).sort()).toEqual([first, second]);
  });

  test('one is chosen by the beginning of its fingerprint', () => {
    keep(first, 'one');
    keep(second, 'two');
    expect(chooseStored(['bc']).map(({ fingerprint }) => fingerprint)).toEqual([second]);
    expect(() => chooseStored(['d'])).toThrow(expect.objectContaining({ name: 'no-such-kernel' }));
    expect(() => chooseStored([''])).toThrow(/2 stored kernels/);
  });

  test('a damaged kernel is not sent', async () => {
    keep(first, 'one');
    writeFileSync(path.join(store(), first, 'image'), 'other');
    const file = path.join(root, 'damaged.tar.gz');
    await expect(exportKernels(chooseStored([]), file, silent)).rejects.toMatchObject({ name: 'archive-refused' });
    expect(existsSync(file)).toBe(false);
  });
});

test('a disk that is full is a failure of the export, whatever it was doing', async () => {
  keep(first, 'x'.repeat(1e6));
  await expect(exportKernels(chooseStored([]), '/dev/full', silent)).rejects.toMatchObject({ name: 'disk-full' });
  const nowhere = path.join(root, 'none', 'kernels.tar.gz');
  await expect(exportKernels(chooseStored([]), nowhere, silent)).rejects.toMatchObject({ name: 'no-such-folder' });
});

describe('an archive that is refused leaves nothing', () => {
  test.each([
    ['a way out', [{ name: '../../evil', text: 'x' }]],
    ['an absolute name', [{ name: '/etc/evil', text: 'x' }]],
    ['a name that no kernel has', [{ name: `${first}/init`, text: 'x' }]],
    ['a link', [{ name: `${first}/image`, type: 'symlink', linkname: '/etc/passwd' }]],
    ['a file twice', [1, 2].map(() => ({ name: `${first}/image`, text: 'x' }))],
    ['no manifest', [{ name: `${first}/image`, text: 'x' }]],
    ['nothing', []],
  ] as [string, (Partial<Header> & { name: string })[]][])('%s', async (_, entries) => {
    await expect(importKernels(await archive(entries), silent)).rejects.toMatchObject({ name: 'archive-refused' });
    expect(existsSync(store()) ? readdirSync(store()) : []).toEqual([]);
  });

  test('one that is cut off', async () => {
    keep(first, 'one');
    const file = path.join(root, 'cut.tar.gz');
    await exportKernels(chooseStored([]), file, silent);
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    freshCache();
    await expect(importKernels(file, silent)).rejects.toMatchObject({ name: 'archive-refused' });
    expect(readdirSync(store())).toEqual([]);
  });

  test('content that is not what the manifest says', async () => {
    keep(first, 'one');
    const folder = path.join(store(), first);
    const entries = readdirSync(folder).map((name) => ({
      name: `${first}/${name}`,
      text: name === 'image' ? 'image two' : readFileSync(path.join(folder, name), 'utf8'),
    }));
    const file = await archive(entries);
    freshCache();
    await expect(importKernels(file, silent)).rejects.toThrow(/has changed/);
    expect(readdirSync(store())).toEqual([]);
  });
});
