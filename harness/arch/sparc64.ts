// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const sparc64: Architecture = {
  name: 'sparc64',
  title: 'SPARC V9 (UltraSPARC)',
  elf: { machines: [43, 18, 2], bits: 64, endian: 'big' },
  kernel: { arch: 'sparc64', target: 'image', image: 'arch/sparc/boot/image', fragment: 'sparc64' },
  toolchain: {
    prefix: 'sparc64-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-sparc64-linux-gnu', 'libc6-dev-sparc64-cross'],
    flags: ['-mcpu=ultrasparc'],
    compat32: { compiler: 'sparc64-linux-gnu-gcc', flags: ['-m32', '-mcpu=v9'] },
  },
  qemu: {
    binary: 'qemu-system-sparc64',
    package: 'qemu-system-sparc',
    machine: 'sun4u',
    machineName: 'sun4u',
    cpu: 'TI-UltraSparc-IIi',
    memoryMegabytes: 256,
    // QEMU's sun4u board has one CPU.
    cpus: 1,
    channelDevices: ['virtio-serial-pci,bus=pciB', 'virtserialport,chardev=channel'],
    append: 'console=ttyS0',
    ending: 'poweroff',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  triggers: ['page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: true,
  profile: {
    ...noDebugRegisters,
    // ENOSYS there: arch/sparc/kernel/syscalls/syscall.tbl has sys_ni_syscall at 435.
    clone3Errno: 90,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // g1-g6, o0-o5, o7; l0-l7 and i0-i5; CCR; FSR rounding to zero with two accrued exceptions; f0-f62.
    registerSite: {
      general: '0xbf7e',
      window: '0x3fff',
      conditions: '0xa5',
      control: '0x400001a0',
      vectorWords: [32],
    },
    refusedPc: {
      // SEGV_MAPERR; arch/sparc/kernel/signal_64.c do_rt_sigreturn: SI_KERNEL.
      unmapped: { signal: 11, code: 1 },
      notCanonical: { signal: 11, code: 1 },
      misaligned: { signal: 11, code: 128, inSigreturn: true },
    },
    source:
      'no HAVE_HW_BREAKPOINT in arch/sparc/Kconfig; SPARC V9 manual 5.1.6 and 6.3.4 (PC, nPC, delay slots, annulment)',
  },
};
