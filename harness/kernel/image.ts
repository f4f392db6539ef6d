// SPDX-License-Identifier: MIT
// A prebuilt kernel: which format a file has, and whether it is all there, as far as its headers say.
import { gunzipSync } from 'node:zlib';
import { requestFailure } from '../outcome/failure.ts';

export type ImageFormat = 'elf' | 'bzImage' | 'sh zImage' | 'arm64 Image' | 'sparc a.out' | 'gzip';

function elfEnd(image: Buffer): number {
  if (image.length < 64) return 64;
  const wide = image[4] === 2;
  const big = image[5] === 2;
  const u16 = (at: number): number => (big ? image.readUInt16BE(at) : image.readUInt16LE(at));
  const word = (at: number): number =>
    wide
      ? Number(big ? image.readBigUInt64BE(at) : image.readBigUInt64LE(at))
      : big
        ? image.readUInt32BE(at)
        : image.readUInt32LE(at);
  // ELF's own header (System V gABI, 4 and 5): offsets and counts of program and section headers.
  const at = wide
    ? { programs: 32, sections: 40, entry: 54, offset: 8, bytes: 32 }
    : { programs: 28, sections: 32, entry: 42, offset: 4, bytes: 16 };
  const programs = word(at.programs);
  const programSize = u16(at.entry);
  const programCount = u16(at.entry + 2);
  let end = Math.max(programs + programSize * programCount, word(at.sections) + u16(at.entry + 4) * u16(at.entry + 6));
  for (let index = 0; index < programCount; index++) {
    const header = programs + index * programSize;
    if (header + programSize > image.length) return Number.POSITIVE_INFINITY;
    end = Math.max(end, word(header + at.offset) + word(header + at.bytes));
  }
  return end;
}

/** End of the last section of the PE header that an EFI-bootable Image carries; 64 without one. */
function peEnd(image: Buffer): number {
  const header = image.readUInt32LE(0x3c);
  if (image.toString('latin1', 0, 2) !== 'MZ' || header === 0) return 64;
  if (header + 24 > image.length) return Number.POSITIVE_INFINITY;
  const count = image.readUInt16LE(header + 6);
  const table = header + 24 + image.readUInt16LE(header + 20);
  if (table + count * 40 > image.length) return Number.POSITIVE_INFINITY;
  let end = 64;
  for (let index = 0; index < count; index++) {
    const section = table + index * 40;
    end = Math.max(end, image.readUInt32LE(section + 16) + image.readUInt32LE(section + 20));
  }
  return end;
}

/**
 * @throws Failure `unknown-image-format`, `truncated-image`
 */
export function imageFormat(image: Buffer, name: string): ImageFormat {
  const truncated = (have: number, need: number): Error =>
    requestFailure(
      'truncated-image',
      `the kernel image ${name} is truncated: it has ${have} bytes${Number.isFinite(need) ? `, its header speaks of ${need}` : ''}`,
      'Copy or build it again',
    );
  const whole = (format: ImageFormat, need: number): ImageFormat => {
    if (need > image.length) throw truncated(image.length, need);
    return format;
  };
  if (image.length >= 16 && image.readUInt32BE(0) === 0x7f454c46) return whole('elf', elfEnd(image));
  if (image.length > 0x206 && image.toString('latin1', 0x202, 0x206) === 'HdrS') {
    // arch/sh/boot/compressed/head_32.S has the same mark, and neither x86's boot flag nor a size.
    if (image.readUInt16LE(0x1fe) !== 0xaa55) return 'sh zImage';
    // Documentation/x86/boot: setup_sects at 0x1f1 (0 means 4), syssize at 0x1f4 in units of 16 bytes.
    return whole('bzImage', ((image[0x1f1] || 4) + 1) * 512 + image.readUInt32LE(0x1f4) * 16);
  }
  if (image.length >= 64 && image.toString('latin1', 0x38, 0x3c) === 'ARMd') return whole('arm64 Image', peEnd(image));
  if (image.length >= 32 && image[1] === 3 && image[2] === 1 && [0x07, 0x08, 0x0b].includes(image[3] ?? 0)) {
    return whole('sparc a.out', 32 + image.readUInt32BE(4) + image.readUInt32BE(8));
  }
  if (image.length >= 18 && image.readUInt16BE(0) === 0x1f8b) {
    let inner: Buffer;
    try {
      inner = gunzipSync(image);
    } catch {
      throw truncated(image.length, Number.POSITIVE_INFINITY);
    }
    imageFormat(inner, `${name} (unpacked)`);
    return 'gzip';
  }
  throw requestFailure(
    'unknown-image-format',
    `${name} is no kernel image that trapline knows (${image.length} bytes)`,
    'Give an ELF vmlinux, a bzImage, an sh zImage, an arm64 Image or a sparc image, as it is or compressed with gzip',
  );
}
