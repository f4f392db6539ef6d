// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const m68k: Architecture = {
  name: 'm68k',
  title: 'Motorola 68000 family, 32-bit (68040), big endian',
  elf: { machines: [4], bits: 32, endian: 'big' },
  kernel: { arch: 'm68k', target: 'vmlinux', image: 'vmlinux', fragment: 'm68k' },
  toolchain: {
    prefix: 'm68k-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-m68k-linux-gnu', 'libc6-dev-m68k-cross'],
    // The pages of fresh.S hold nothing else.
    flags: ['-m68040', '-Wl,-z,separate-code,-z,max-page-size=65536'],
  },
  qemu: {
    binary: 'qemu-system-m68k',
    package: 'qemu-system-misc',
    machine: 'virt',
    machineName: 'virt',
    cpu: 'm68040',
    memoryMegabytes: 128,
    cpus: 1,
    channelDevices: ['virtio-serial-device', 'virtserialport,chardev=channel'],
    append: 'console=ttyGF0',
    ending: 'restart',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  // No perf at all: the breakpoint instruction is the only trigger there is.
  triggers: ['trap-instruction'],
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'next',
    callPushesReturnAddress: true,
    instructionLengths: [2, 4, 6],
    trapInstructionLength: 2,
    // d0-d7, a0-a6; X, Z, C; FPCR rounding to zero, FPSR with two accrued exceptions; fp0-fp7 as doubles.
    registerSite: {
      general: '0x7fff',
      window: '0x0',
      conditions: '0x15',
      control: '0x1000000088',
      vectorWords: [8],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      // An odd PC is an address error: SIGBUS, BUS_ADRALN (arch/m68k/kernel/traps.c trap_c).
      misaligned: { signal: 7, code: 1 },
    },
    source:
      'no HAVE_PERF_EVENTS in arch/m68k/Kconfig: perf_event_open(2) is ENOSYS; M68000 Family Programmer’s Reference Manual (TRAP: the stacked PC is the next instruction’s; instructions of 2 bytes and more), MC68040 User’s Manual 8.2.2 (address error); arch/m68k/kernel/traps.c',
  },
};
