// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';
import { serialMachine, x86_64 } from './x86_64.ts';

const { selfTest: _, kvmHostFlags: __, ...machine } = x86_64.qemu;

export const i386: Architecture = {
  name: 'i386',
  title: 'x86, 32-bit',
  elf: { machines: [3], bits: 32, endian: 'little' },
  kernel: { arch: 'i386', target: 'vmlinux', image: 'vmlinux', fragment: 'i386' },
  toolchain: {
    prefix: 'i686-linux-gnu-',
    nativeOn: ['ia32'],
    packages: ['gcc-i686-linux-gnu', 'libc6-dev-i386-cross'],
    debianArchitecture: 'i386',
    flags: [],
  },
  qemu: {
    // Without its self-test, which wants a 64-bit processor: so KVM is not believed.
    ...machine,
    binary: 'qemu-system-i386',
    // `max` alone is an AMD of family 6 there, of which Linux warns that it is not made for two processors
    // (arch/x86/kernel/cpu/amd.c, init_amd_k7); with the numbers of the 64-bit `max` it is of family 15.
    cpu: 'max,family=15,model=107,stepping=1',
  },
  recording: serialMachine,
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    ...x86_64.profile,
    // HW_BREAKPOINT_LEN_8 is only there for CONFIG_X86_64: arch_build_bp_info.
    dataLengths: [1, 2, 4],
    executeLengths: [4],
    executeLength: 4,
    registerSite: {
      // 7 registers beside the stack's; the rest as on x86_64, but xmm0-7 and st0-7 alone.
      general: '0x7f',
      window: '0x0',
      conditions: '0x851',
      control: '0xf7f00007f80',
      vectorWords: [26],
    },
    // Every address of 32 bits is canonical.
    refusedPc: { unmapped: { signal: 11, code: 1 } },
    source:
      'Intel SDM vol. 3B 18.2 (debug registers; LEN 10 is 8 bytes in 64-bit mode alone); arch/x86/kernel/hw_breakpoint.c arch_build_bp_info',
  },
};
