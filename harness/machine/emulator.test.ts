// SPDX-License-Identifier: MIT
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
