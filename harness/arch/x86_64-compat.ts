// SPDX-License-Identifier: MIT
import { i386 } from './i386.ts';
import type { Architecture } from './record.ts';
import { x86_64 } from './x86_64.ts';

/** 32-bit programs on the 64-bit kernel: i386's programs and frames, x86_64's kernel and debug registers. */
export const x86_64Compat: Architecture = {
  ...i386,
  name: 'x86_64-compat',
  title: 'x86, 32-bit programs on a 64-bit kernel',
  elf: x86_64.elf,
  kernel: x86_64.kernel,
  toolchain: {
    prefix: x86_64.toolchain.prefix,
    nativeOn: x86_64.toolchain.nativeOn,
    packages: x86_64.toolchain.packages,
    debianArchitecture: 'i386',
    // sizeof(long) of the kernel: the length of an execute breakpoint.
    flags: ['-DKERNEL_LONG_BYTES=8'],
    programs: { folder: 'i386', compiler: 'i686-linux-gnu-gcc', packages: i386.toolchain.packages },
  },
  qemu: x86_64.qemu,
  profile: {
    ...i386.profile,
    // The kernel asks for its own word: HW_BREAKPOINT_LEN_8 is there for CONFIG_X86_64 (arch_build_bp_info).
    dataLengths: [1, 2, 4, 8],
    executeLengths: [8],
    executeLength: 8,
    source:
      'as i386, with the checks of a 64-bit kernel: arch/x86/kernel/hw_breakpoint.c arch_build_bp_info; frames of arch/x86/ia32/ia32_signal.c (arch/x86/kernel/signal_32.c since 6.2)',
  },
};
