// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const alpha: Architecture = {
  name: 'alpha',
  title: 'Alpha (21264A)',
  elf: { machines: [0x9026], bits: 64, endian: 'little' },
  kernel: {
    arch: 'alpha',
    target: 'vmlinux',
    image: 'vmlinux',
    fragment: 'alpha',
    // From 6.11 on sigtrap is delivered by task work: 6.1's irq_work waits for the next tick here.
    tree: '6.12',
    // docs/findings/alpha-undeclared-function.md
    patches: ['alpha-undeclared-function'],
  },
  toolchain: {
    prefix: 'alpha-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-alpha-linux-gnu', 'libc6.1-dev-alpha-cross'],
    // The pages of fresh.S hold nothing else. Relaxed, the C library's start takes the symbol for the program's own
    // headers, which the linker has yet to define, for address 0: it finds no thread-local storage, and ends there.
    flags: ['-mcpu=ev67', '-Wl,-z,separate-code,--no-relax'],
  },
  qemu: {
    binary: 'qemu-system-alpha',
    package: 'qemu-system-misc',
    machine: 'clipper',
    machineName: 'clipper',
    cpu: 'ev67',
    memoryMegabytes: 256,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    append: 'console=ttyS0',
    ending: 'poweroff',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  // No uprobes: ARCH_SUPPORTS_UPROBES is not in arch/alpha/Kconfig.
  triggers: ['page-fault', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'next',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // All but r30 (stack) and r31 (zero); no flags; FPCR rounding to zero with two exceptions seen; f0-f30.
    registerSite: {
      general: '0x3fffffff',
      window: '0x0',
      conditions: '0x0',
      control: '0x8110000000000000',
      vectorWords: [31],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      notCanonical: { signal: 11, code: 1 },
    },
    source:
      'no HAVE_HW_BREAKPOINT in arch/alpha/Kconfig; Alpha Architecture Reference Manual 3.1.1 and 4.3 (instructions of four bytes, the two lowest bits of a PC ignored), 4.7.8 (FPCR); arch/alpha/kernel/traps.c do_entIF (the PC of a bpt is the next instruction’s), arch/alpha/mm/fault.c',
  },
};
