// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const s390x: Architecture = {
  name: 's390x',
  title: 'IBM Z, 64-bit (z/Architecture), big endian',
  elf: { machines: [22], bits: 64, endian: 'big' },
  kernel: { arch: 's390', target: 'bzImage', image: 'arch/s390/boot/bzImage', fragment: 's390x' },
  toolchain: {
    prefix: 's390x-linux-gnu-',
    nativeOn: ['s390x'],
    packages: ['gcc-s390x-linux-gnu', 'libc6-dev-s390x-cross'],
    debianArchitecture: 's390x',
    // The vector registers are part of what is tested.
    flags: ['-march=z13'],
    compat32: { compiler: 's390x-linux-gnu-gcc', flags: ['-m31', '-mzarch'] },
  },
  qemu: {
    binary: 'qemu-system-s390x',
    package: 'qemu-system-misc',
    machine: 's390-ccw-virtio',
    machineName: 's390-ccw-virtio',
    cpu: 'max',
    memoryMegabytes: 256,
    cpus: 1,
    channelDevices: ['virtio-serial-ccw', 'virtserialport,chardev=channel'],
    append: 'console=ttyS1',
    ending: 'poweroff',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  // No trap-instruction: illegal_op() sends SIGTRAP for it only to a thread that is traced, and SIGILL otherwise.
  triggers: ['page-fault', 'uprobe'],
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'next',
    callPushesReturnAddress: false,
    instructionLengths: [2, 4, 6],
    trapInstructionLength: 2,
    // r0-r14; the condition code; the floating-point control rounding to zero with two flags; v0-v31.
    registerSite: {
      general: '0x7fff',
      window: '0x0',
      conditions: '0x2',
      control: '0x880001',
      vectorWords: [64],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      // Every address of 64 bits can be translated. An odd one is a specification exception: SIGILL, ILL_ILLOPN.
      misaligned: { signal: 4, code: 2 },
    },
    source:
      'no HAVE_HW_BREAKPOINT in arch/s390/Kconfig (PER is for ptrace alone); z/Architecture Principles of Operation SA22-7832: Program Interruptions (the PSW of an operation exception points behind the instruction; odd instruction addresses), Instruction Formats; arch/s390/kernel/traps.c',
  },
};
