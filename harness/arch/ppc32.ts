// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const ppc32: Architecture = {
  name: 'ppc32',
  title: 'PowerPC, 32-bit (Book E, e500mc)',
  elf: { machines: [20], bits: 32, endian: 'big' },
  kernel: { arch: 'powerpc', target: 'vmlinux', image: 'vmlinux', fragment: 'ppc32' },
  toolchain: {
    prefix: 'powerpc-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-powerpc-linux-gnu', 'libc6-dev-powerpc-cross'],
    flags: ['-Wl,-z,max-page-size=65536'],
    programs: { folder: 'powerpc' },
  },
  qemu: {
    binary: 'qemu-system-ppc',
    package: 'qemu-system-ppc',
    // The registers of this board lie below 4 GiB, those of ppce500 do not; the kernel takes it by the other one's name.
    machine: 'mpc8544ds,dt_compatible=fsl,,qemu-e500',
    machineName: 'mpc8544ds',
    cpu: 'e500mc',
    memoryMegabytes: 256,
    memoryStep: 64,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    // As on ppc64le: delivery is by a decrementer of 1, which has to come at the next instruction.
    options: ['-icount', 'shift=1,sleep=off'],
    append: 'console=ttyS0',
    // The board has a line to reset it by, and none to power it off.
    ending: 'restart',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  triggers: ['page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // All but r1 (stack), r2 (thread) and r13 (small data); CR; FPSCR rounding to zero with an inexact result; f0-f31.
    registerSite: {
      general: '0xffffdff9',
      window: '0x0',
      conditions: '0x5a5aa5a5',
      control: '0x82000001',
      vectorWords: [32],
    },
    // No misaligned PC: the two lowest bits of the address are ignored; every address of 32 bits can be translated.
    refusedPc: { unmapped: { signal: 11, code: 1 } },
    source:
      'arch/powerpc/Kconfig: HAVE_HW_BREAKPOINT is not for Book E (PPC_ADV_DEBUG_REGS); Power ISA 2.06, book I 1.5 (instructions of four bytes), book III-E 7.6.9 (trap: SRR0 holds its address)',
  },
};
