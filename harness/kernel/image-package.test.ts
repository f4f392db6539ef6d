// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageInPackage, isPackage } from './image-package.ts';

const before = process.env.TRAPLINE_CACHE;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-package-'));
  process.env.TRAPLINE_CACHE = path.join(folder, 'cache');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.TRAPLINE_CACHE;
  else process.env.TRAPLINE_CACHE = before;
});

/** A Debian package with one file in it. */
function deb(name: string, file: string, content: string): string {
  const tree = path.join(folder, name);
  mkdirSync(path.join(tree, 'DEBIAN'), { recursive: true });
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  const control = `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: test\n`;
  writeFileSync(path.join(tree, 'DEBIAN/control'), control);
  writeFileSync(path.join(tree, file), content);
  execFileSync('dpkg-deb', ['--root-owner-group', '-b', tree, `${tree}.deb`], { stdio: 'ignore' });
  return `${tree}.deb`;
}

it('takes the kernel out of a package, once', async () => {
  const file = deb('kernel', 'boot/vmlinuz-6.12.1-amd64', 'the kernel');
  expect(isPackage(file)).toBe(true);
  const image = await imageInPackage(file);
  expect(readFileSync(image, 'utf8')).toBe('the kernel');
  expect(await imageInPackage(file)).toBe(image);
});

it('refuses a package without a kernel', async () => {
  const file = deb('headers', 'usr/src/linux-headers/Makefile', 'all:');
  await expect(imageInPackage(file)).rejects.toMatchObject({ name: 'no-kernel-in-package', kind: 'request' });
});

it('refuses a package that was cut', async () => {
  const file = deb('cut', 'boot/vmlinuz-6.12.1-amd64', 'x'.repeat(100_000));
  truncateSync(file, 300);
  await expect(imageInPackage(file)).rejects.toMatchObject({ name: 'no-kernel-in-package' });
});

it('names a file that is not there', async () => {
  const missing = imageInPackage(path.join(folder, 'none.deb'));
  await expect(missing).rejects.toMatchObject({ name: 'no-such-file' });
});
