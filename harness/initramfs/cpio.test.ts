// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cpio } from './cpio.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('cpio', () => {
  const entries = [
    { kind: 'folder', path: 'work' },
    { kind: 'file', path: 'work/odd', content: Buffer.from('five!'), mode: 0o755 },
    { kind: 'file', path: 'empty', content: new Uint8Array(0) },
    { kind: 'link', path: 'work/even', to: 'odd' },
  ] as const;

  test('is what GNU cpio unpacks', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trapline-cpio-'));
    folders.push(folder);
    execFileSync('cpio', ['-idm', '--quiet'], { cwd: folder, input: cpio(entries) });
    expect(readFileSync(path.join(folder, 'work/odd'), 'utf8')).toBe('five!');
    expect(statSync(path.join(folder, 'work/odd')).mode & 0o777).toBe(0o755);
    expect(statSync(path.join(folder, 'empty')).size).toBe(0);
    expect(readlinkSync(path.join(folder, 'work/even'))).toBe('odd');
  });

  test('gives the same bytes for the same entries, in multiples of four', () => {
    const once = cpio(entries);
    expect(once.equals(cpio(entries))).toBe(true);
    expect(once.length % 4).toBe(0);
  });
});
