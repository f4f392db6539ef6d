// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const ppc64le: Architecture = {
  name: 'ppc64le',
  title: 'Power, 64-bit, little endian (POWER9)',
  elf: { machines: [21, 20], bits: 64, endian: 'little' },
  kernel: { arch: 'powerpc', target: 'vmlinux', image: 'vmlinux', fragment: 'ppc64le' },
  toolchain: {
    prefix: 'powerpc64le-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-powerpc64le-linux-gnu', 'libc6-dev-ppc64el-cross'],
    debianArchitecture: 'ppc64el',
    flags: [],
    programs: { folder: 'powerpc' },
  },
  qemu: {
    binary: 'qemu-system-ppc64',
    package: 'qemu-system-ppc',
    // A small firmware instead of SLOF, which takes seconds; mitigations that TCG has not are not asked for.
    machine: 'pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off',
    machineName: 'pseries',
    cpu: 'power9',
    memoryMegabytes: 512,
    memoryStep: 256,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    // Delivery is by irq_work, which Power raises with a decrementer of 1: by the host's clock that comes when it comes,
    // some thousand instructions later; by instruction counting it comes at the next one, as on the processor.
    options: ['-icount', 'shift=1,sleep=off'],
    append: 'console=hvc0',
    ending: 'poweroff',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  // A POWER9 has a data watchpoint, which the kernel leaves alone; QEMU has a POWER10's from 8.2 on.
  triggers: ['page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // All but r1 (stack), r2 (TOC) and r13 (thread); CR; FPSCR rounding to zero with an inexact result; vs0-vs63.
    registerSite: {
      general: '0xffffdff9',
      window: '0x0',
      conditions: '0x5a5aa5a5',
      control: '0x82000001',
      vectorWords: [128],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      // An instruction segment interrupt: do_bad_segment_interrupt() sends SEGV_BNDERR.
      notCanonical: { signal: 11, code: 3 },
      // No misaligned PC: the two lowest bits of the address are ignored.
    },
    source:
      'arch/powerpc/kernel/dt_cpu_ftrs.c and cputable.h: a POWER9 has no CPU_FTR_DAWR, and set_breakpoint is refused with ENODEV; Power ISA 3.0 B, book I 1.5 (instructions of four bytes), book III 6.5.9 (trap: SRR0 holds its address), 5.7.6 (effective addresses out of range)',
  },
};
