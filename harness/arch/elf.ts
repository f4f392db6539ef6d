// SPDX-License-Identifier: MIT
// What an ELF header says of a program: whose it is, and what loads it. System V gABI, chapters 4 and 5.
import { architectures } from './index.ts';
import type { Architecture } from './record.ts';

export interface ElfProgram {
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  /** Path of the loader of a dynamically linked one (PT_INTERP). */
  readonly interpreter: string | undefined;
}

const MAGIC = 0x7f454c46;
const PT_INTERP = 3;
/** Where fields lie in the two classes of header, and of program header. */
const LAYOUT = {
  32: { phoff: 0x1c, phentsize: 0x2a, phnum: 0x2c, offset: 4, filesz: 16 },
  64: { phoff: 0x20, phentsize: 0x36, phnum: 0x38, offset: 8, filesz: 32 },
} as const;

/** Undefined for what is no ELF file, or is cut off. */
export function readElf(content: Uint8Array): ElfProgram | undefined {
  const file = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (file.length < 20 || file.readUInt32BE(0) !== MAGIC) return undefined;
  const bits = file[4] === 2 ? 64 : 32;
  const little = file[5] !== 2;
  const half = (at: number): number => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const word = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const long = (at: number): number => Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  const address = (at: number): number => (bits === 64 ? long(at) : word(at));
  const layout = LAYOUT[bits];
  try {
    let interpreter: string | undefined;
    for (let index = 0; index < half(layout.phnum); index++) {
      const header = address(layout.phoff) + index * half(layout.phentsize);
      if (word(header) !== PT_INTERP) continue;
      const start = address(header + layout.offset);
      const text = file.toString('latin1', start, start + address(header + layout.filesz));
      interpreter = text.split('\0')[0];
    }
    return { machine: half(0x12), bits, endian: little ? 'little' : 'big', interpreter };
  } catch (error) {
    // A header that points outside of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Can a kernel of the architecture be made to run it? */
export const runsOn = ({ machine, bits, endian }: ElfProgram, { elf }: Architecture): boolean =>
  elf.machines.includes(machine) && bits <= elf.bits && endian === elf.endian;

/** Is it of the kind that its kernels run whatever their configuration is? */
export const isNative = (program: ElfProgram, architecture: Architecture): boolean =>
  runsOn(program, architecture) &&
  program.machine === architecture.elf.machines[0] &&
  program.bits === architecture.elf.bits;

/** Whose program it is, in the words of `--arch` where it is known there. */
export function elfName(program: ElfProgram): string {
  const { machine, bits, endian } = program;
  const own = architectures.find((one) => isNative(program, one)) ?? architectures.find((one) => runsOn(program, one));
  return own?.name ?? `another processor (ELF machine ${machine}, ${bits} bits, ${endian}-endian)`;
}
