// SPDX-License-Identifier: MIT
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { silent } from '../outcome/events.ts';
import { findEmulator, withEmulatorFrom, withNewEmulator } from './emulator.ts';

const [architecture] = architectures as readonly [Architecture];
let folder = '';
const place = (...parts: string[]): string => path.join(folder, ...parts, architecture.qemu.binary);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-qemu-'));
  mkdirSync(path.dirname(place('unpacked', 'usr', 'bin')), { recursive: true });
  writeFileSync(place('unpacked', 'usr', 'bin'), '#!/bin/sh\necho "QEMU emulator version 10.0.2 (made up)"\n');
  chmodSync(place('unpacked', 'usr', 'bin'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('--qemu', () => {
  it('takes the emulator out of an unpacked package, and its version with it', async () => {
    const other = withEmulatorFrom(path.join(folder, 'unpacked'), architecture);
    expect(other.qemu.binary).toBe(place('unpacked', 'usr', 'bin'));
    expect((await findEmulator(other)).version).toBe('10.0.2');
  });

  it('leaves the architecture alone when it is not said', () => {
    expect(withEmulatorFrom(undefined, architecture)).toBe(architecture);
  });

  /** A program called as the emulator, in a folder of its own. */
  const named = (name: string, script: string): Architecture => {
    mkdirSync(path.join(folder, name));
    writeFileSync(place(name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return withEmulatorFrom(path.join(folder, name), architecture);
  };

  it('is ended with its -help on Ctrl-C', async () => {
    const pids = path.join(folder, 'hung.pid');
    const hung = named('hung', `[ "$1" = -help ] || exec echo version 10.0.2\necho $$ >${pids}; exec sleep 60`);
    const abort = new AbortController();
    const asking = findEmulator(hung, abort.signal);
    await expect.poll(() => existsSync(pids) && readFileSync(pids, 'utf8'), { timeout: 5000 }).toMatch(/\n/);
    abort.abort();
    await expect(asking).rejects.toMatchObject({ name: 'interrupted' });
    await expect.poll(() => existsSync(`/proc/${readFileSync(pids, 'utf8').trim()}`)).toBe(false);
  });

  it('says of a program that is no QEMU that it is there', async () => {
    await expect(findEmulator(named('other', 'echo hello'))).rejects.toMatchObject({
      name: 'emulator-unusable',
      what: expect.stringContaining('is there'),
      remedy: expect.not.stringContaining('apt-get'),
    });
    const closed = named('closed', '');
    chmodSync(closed.qemu.binary, 0o644);
    await expect(findEmulator(closed)).rejects.toMatchObject({ name: 'emulator-unusable' });
  });

  it('refuses a folder without that emulator', () => {
    expect(() => withEmulatorFrom(folder, architecture)).toThrow(
      expect.objectContaining({ name: 'no-such-emulator', kind: 'request' }),
    );
  });
});

describe('an architecture that needs a newer emulator than the others', () => {
  const needing = (oldest: string): Architecture => ({ ...architecture, qemu: { ...architecture.qemu, oldest } });
  const fake = (file: string, version: string): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho "QEMU emulator version ${version} (made up)"\n`);
    chmodSync(file, 0o755);
  };

  beforeEach(() => {
    vi.stubEnv('PATH', path.join(folder, 'machine'));
    vi.stubEnv('TRAPLINE_CACHE', path.join(folder, 'cache'));
  });
  afterEach(() => vi.unstubAllEnvs());

  it('has this machine’s where that is new enough', async () => {
    fake(place('machine'), '7.2.22');
    expect((await withNewEmulator(needing('7.2'), findEmulator, silent)).qemu.binary).toBe(architecture.qemu.binary);
  });

  it('keeps the one that was named, and is told that it is too old', async () => {
    fake(place('old'), '8.0.0');
    const named = withEmulatorFrom(path.join(folder, 'old'), needing('9.1'));
    expect(await withNewEmulator(named, findEmulator, silent)).toBe(named);
    await expect(findEmulator(named)).rejects.toMatchObject({
      name: 'qemu-too-old',
      what: expect.stringContaining('at least 9.1'),
    });
  });

  it('is left alone where the emulator is elsewhere', async () => {
    fake(place('machine'), '7.2.22');
    const elsewhere = async () => ({ version: '10.0.2', sandbox: true });
    const one = needing('9.1');
    expect(await withNewEmulator(one, elsewhere, silent)).toBe(one);
  });

  it('is told why no newer one can be had, and what helps', async () => {
    fake(place('machine'), '7.2.22');
    // There is no apt on that PATH.
    await expect(withNewEmulator(needing('9.1'), findEmulator, silent)).rejects.toMatchObject({
      kind: 'infrastructure',
      name: 'qemu-too-old',
      what: expect.stringMatching(/7\.2\.22, .* needs 9\.1, .*-backports could not be had: .*apt-get/),
      remedy: expect.stringContaining('--qemu DIR'),
    });
  });
});
