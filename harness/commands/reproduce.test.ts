// SPDX-License-Identifier: MIT
// A bundle's name says how it is compressed, and is looked at before anything else.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demandBundle } from '../reproduce/bundle.ts';
import { reproduce } from './reproduce.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-bundle-'));
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test.each(['bug.zip', 'bug.tar.xz', 'bug.tar', 'bug', '.tar.gz'])(
  '%s is refused before the run is looked at',
  async (name) => {
    const asked = reproduce(at('no-run'), '5.4', { times: 1, bundle: at(name) });
    await expect(asked).rejects.toMatchObject({
      kind: 'request',
      name: 'bundle-name',
      what: expect.stringContaining('a bundle is a .tar.gz or a .tar.zst'),
    });
    expect(readdirSync(folder)).toEqual([]);
  },
);

test.each(['bug.tar.gz', 'bug.tgz'])('%s needs no tool', async (name) => {
  await expect(demandBundle(at(name))).resolves.toBeUndefined();
});

test('a .tar.zst needs zstd', async () => {
  const asked = () => demandBundle(at('bug.tar.zst'));
  await expect(asked()).rejects.toMatchObject({
    kind: 'infrastructure',
    name: 'missing-tool',
    what: expect.stringMatching(/reproduce --bundle FILE\.tar\.zst needs zstd, .*Debian: zstd/),
    remedy: expect.stringMatching(/apt-get install .*zstd/),
  });
  writeFileSync(at('zstd'), '', { mode: 0o755 });
  await expect(asked()).resolves.toBeUndefined();
});
