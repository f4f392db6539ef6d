// SPDX-License-Identifier: MIT
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { findEmulator, withEmulatorFrom } from './emulator.ts';

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
