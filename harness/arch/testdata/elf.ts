// SPDX-License-Identifier: MIT
// For the tests: as much of an ELF program as says whose it is and what loads it.

/** Its header, one program header, and the loader's path when it has one. */
export function makeElf(machine: number, bits: 32 | 64, endian: 'little' | 'big', interpreter?: string): Buffer {
  const file = Buffer.alloc(256);
  const put = (at: number, bytes: number, value: number): void => {
    const low = at + (endian === 'big' && bytes === 8 ? 4 : 0);
    if (endian === 'little') file.writeUIntLE(value, low, Math.min(bytes, 4));
    else file.writeUIntBE(value, low, Math.min(bytes, 4));
  };
  const wide = bits === 64;
  const long = wide ? 8 : 4;
  file.write('\x7fELF', 'latin1');
  file[4] = wide ? 2 : 1;
  file[5] = endian === 'little' ? 1 : 2;
  put(0x12, 2, machine);
  const header = wide ? 0x40 : 0x34;
  put(wide ? 0x20 : 0x1c, long, header);
  put(wide ? 0x36 : 0x2a, 2, wide ? 0x38 : 0x20);
  put(wide ? 0x38 : 0x2c, 2, 1);
  const text = 0x80;
  // PT_LOAD, or PT_INTERP.
  put(header, 4, interpreter === undefined ? 1 : 3);
  put(header + (wide ? 8 : 4), long, text);
  put(header + (wide ? 32 : 16), long, (interpreter?.length ?? 0) + 1);
  file.write(interpreter ?? '', text, 'latin1');
  return file;
}

export const X86_64_LOADER = '/lib64/ld-linux-x86-64.so.2';
export const staticX86 = makeElf(62, 64, 'little');
export const dynamicX86 = makeElf(62, 64, 'little', X86_64_LOADER);
