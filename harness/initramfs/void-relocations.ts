// SPDX-License-Identifier: MIT
// Relocations of one type in a static library are made void: some linker gets them wrong, and they can be done without.
import { readFileSync } from 'node:fs';
import { writeFileAtomically } from '../store/temporary.ts';

const ARCHIVE = '!<arch>\n';
/** ar(5): the header of a member, and where in it the size stands, in decimal digits. */
const MEMBER_HEADER = 60;
const MEMBER_SIZE = [48, 58] as const;
const ELF_64_LITTLE = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
/** elf(5), SHT_RELA: entries of 24 bytes, the type in the lower half of r_info. */
const SHT_RELA = 4;
const RELA_BYTES = 24;

/** Those of one object, which begins at the buffer's start. Returns how many there were. */
function voidInObject(object: Buffer, type: number): number {
  if (!object.subarray(0, ELF_64_LITTLE.length).equals(ELF_64_LITTLE)) return 0;
  const sections = Number(object.readBigUInt64LE(0x28));
  const [bytes, count] = [object.readUInt16LE(0x3a), object.readUInt16LE(0x3c)];
  let found = 0;
  for (let index = 0; index < count; index++) {
    const section = sections + index * bytes;
    if (object.readUInt32LE(section + 4) !== SHT_RELA) continue;
    const start = Number(object.readBigUInt64LE(section + 24));
    const end = start + Number(object.readBigUInt64LE(section + 32));
    for (let entry = start; entry < end; entry += RELA_BYTES) {
      if (object.readUInt32LE(entry + 8) !== type) continue;
      object.writeUInt32LE(0, entry + 8);
      found++;
    }
  }
  return found;
}

/**
 * Gives every relocation of `type` in the 64-bit little-endian objects of an archive the type 0, which says nothing.
 * @returns how many there were
 */
export function voidRelocations(file: string, type: number): number {
  const archive = readFileSync(file);
  if (archive.toString('latin1', 0, ARCHIVE.length) !== ARCHIVE) throw new Error(`${file} is no archive of objects`);
  let found = 0;
  for (let header = ARCHIVE.length; header + MEMBER_HEADER <= archive.length; ) {
    const size = Number(archive.toString('latin1', header + MEMBER_SIZE[0], header + MEMBER_SIZE[1]));
    const start = header + MEMBER_HEADER;
    found += voidInObject(archive.subarray(start, start + size), type);
    // Members begin at even places.
    header = start + size + (size % 2);
  }
  writeFileAtomically(file, archive);
  return found;
}
