// SPDX-License-Identifier: MIT
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imageFormat } from './image.ts';

/** A 64-bit little-endian ELF file with one program header, 100 bytes of content behind it. */
function elf(): Buffer {
  const file = Buffer.alloc(64 + 56 + 100);
  file.writeUInt32BE(0x7f454c46, 0);
  file[4] = 2;
  file[5] = 1;
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeBigUInt64LE(120n, 64 + 8);
  file.writeBigUInt64LE(100n, 64 + 32);
  return file;
}

function bzImage(): Buffer {
  const file = Buffer.alloc(5 * 512 + 64 * 16);
  file.writeUInt16LE(0xaa55, 0x1fe);
  file[0x1f1] = 4;
  file.writeUInt32LE(64, 0x1f4);
  file.write('HdrS', 0x202);
  return file;
}

function shImage(): Buffer {
  const file = Buffer.alloc(0x300, 0x09);
  file.write('HdrS', 0x202);
  return file;
}

function armImage(): Buffer {
  const file = Buffer.alloc(64);
  file.write('ARMd', 0x38);
  return file;
}

describe('imageFormat', () => {
  it.each([
    ['elf', elf()],
    ['bzImage', bzImage()],
    ['sh zImage', shImage()],
    ['arm64 Image', armImage()],
    ['sparc a.out', Buffer.concat([Buffer.from([1, 3, 1, 7, 0, 0, 0, 8]), Buffer.alloc(32)])],
    ['gzip', gzipSync(elf())],
  ])('knows %s', (format, file) => expect(imageFormat(file, 'file')).toBe(format));

  it.each([
    ['elf', elf()],
    ['bzImage', bzImage()],
    ['gzip', gzipSync(elf())],
  ])('notices a truncated %s', (_, file) => {
    const cut = file.subarray(0, file.length - 9);
    expect(() => imageFormat(cut, 'file')).toThrow(expect.objectContaining({ name: 'truncated-image' }));
  });

  it('refuses anything else, packed or not', () => {
    const unknown = expect.objectContaining({ name: 'unknown-image-format' });
    expect(() => imageFormat(Buffer.from('#!/bin/sh\n'), 'file')).toThrow(unknown);
    expect(() => imageFormat(Buffer.alloc(0), 'file')).toThrow(unknown);
    expect(() => imageFormat(gzipSync(Buffer.alloc(5000)), 'file')).toThrow(unknown);
  });
});
