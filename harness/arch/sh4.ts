// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const sh4: Architecture = {
  name: 'sh4',
  title: 'SuperH, 32-bit (SH-4), little endian',
  elf: { machines: [42], bits: 32, endian: 'little' },
  // Until 6.11 the signal comes by an interrupt that this processor cannot raise: with the next tick.
  kernel: { arch: 'sh', target: 'zImage', image: 'arch/sh/boot/zImage', fragment: 'sh4', tree: '6.12' },
  toolchain: {
    prefix: 'sh4-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-sh4-linux-gnu'],
    // Debian 12's gcc (12.2.0-13cross1) drops the load and the comparison of a loop like `while (*p) p++`, and its C
    // library was compiled by it: __libc_start_main() of a static program never ends. Of both others are taken.
    compiler: {
      suite: 'bullseye',
      packages: ['gcc-10-sh4-linux-gnu', 'cpp-10-sh4-linux-gnu', 'libgcc-10-dev-sh4-cross'],
      command: '@/usr/bin/sh4-linux-gnu-gcc-10 -B/usr/sh4-linux-gnu/bin/',
    },
    library: {
      suite: 'trixie',
      packages: ['libc6-dev-sh4-cross', 'linux-libc-dev-sh4-cross'],
      flags: ['-B@/usr/sh4-linux-gnu/lib/', '-isystem @/usr/sh4-linux-gnu/include', '-L@/usr/sh4-linux-gnu/lib'],
    },
    // The pages of fresh.S hold nothing else.
    flags: ['-Wl,-z,separate-code,-z,max-page-size=65536'],
  },
  qemu: {
    binary: 'qemu-system-sh4',
    package: 'qemu-system-misc',
    machine: 'r2d',
    machineName: 'r2d',
    cpu: 'sh7751r',
    // What the board has; it takes no other.
    memoryMegabytes: 64,
    memoryStep: 0,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    // The first serial port is not the console's.
    options: ['-serial', 'null'],
    // The port’s queue holds 16, and once it is full nothing comes through it any more (7.2.22).
    keysAtOnce: 8,
    append: 'console=ttySC1',
    // Powering off works a moment after the kernel has asked for it, and until then it panics: init has ended.
    ending: 'restart',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  triggers: ['page-fault', 'trap-instruction'],
  // There are delay slots, but a program never sees a next PC: what faults in a slot has the branch's PC.
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 38,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [2],
    trapInstructionLength: 2,
    // r0-r14, MACH, MACL; M, S, T; FPSCR in the other bank, double, to zero, with two flags, and FPUL; fr0-fr15, xf0-xf15.
    registerSite: {
      general: '0x67fff',
      window: '0x0',
      conditions: '0x203',
      control: '0x5a5a123400280015',
      vectorWords: [16],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      // The upper half of the addresses is the kernel's, by the processor: an address error, SIGBUS with BUS_ADRERR.
      notCanonical: { signal: 7, code: 2 },
      // BUS_ADRALN (arch/sh/kernel/traps_32.c do_address_error).
      misaligned: { signal: 7, code: 1 },
    },
    source:
      'arch/sh/kernel/hw_breakpoint.c: a UBC is registered by the SH-4A alone (kernel/cpu/sh4a/ubc.c), ubc_dummy has no channel; arch/sh/kernel/traps.c debug_trap_handler (the PC goes back to the TRAPA); SH-4 Software Manual, section 5 (address errors, a slot’s exceptions have the branch’s PC) and 6 (FPSCR)',
  },
};
