// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const parisc: Architecture = {
  name: 'parisc',
  title: 'PA-RISC, 32-bit (1.1, PA-7300LC), big endian',
  elf: { machines: [15], bits: 32, endian: 'big' },
  // Before 6.11 the signal itself is sent from irq_work, which waits for the next tick where a processor cannot
  // interrupt itself (kernel/irq_work.c).
  kernel: { arch: 'parisc', target: 'vmlinux', image: 'vmlinux', fragment: 'parisc', tree: '6.12' },
  toolchain: {
    prefix: 'hppa-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-hppa-linux-gnu', 'libc6-dev-hppa-cross'],
    // The pages of fresh.S hold nothing else.
    flags: ['-Wl,-z,separate-code,-z,max-page-size=65536'],
  },
  qemu: {
    binary: 'qemu-system-hppa',
    package: 'qemu-system-misc',
    machine: 'hppa',
    machineName: 'B160L',
    cpu: 'hppa',
    // The firmware of QEMU 7.2 says that a cache line has 32 KiB, to which the kernel aligns every object of its
    // allocator: they take much memory, and eight have to lie in one slab, since the very first must not be alone in it.
    memoryMegabytes: 1024,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    append: 'console=ttyS0 slab_max_order=6',
    ending: 'poweroff',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  // No uprobes: the architecture has no ARCH_SUPPORTS_UPROBES.
  triggers: ['page-fault', 'trap-instruction'],
  // The instruction address queue: its front is the PC, its back the next one.
  nextProgramCounter: true,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    registerSite: {
      general: '0xb7fffffe',
      window: '0x0',
      conditions: '0x28000',
      control: '0x1800020000000011',
      vectorWords: [28],
    },
    // No misaligned PC: the two lowest bits are the privilege level, which the kernel sets on return.
    refusedPc: { unmapped: { signal: 11, code: 1 } },
    source:
      'no HAVE_HW_BREAKPOINT in arch/parisc/Kconfig; PA-RISC 1.1 Architecture and Instruction Set Reference Manual, chapter 4 (instruction address queues, nullification), 5 (BREAK)',
  },
};
