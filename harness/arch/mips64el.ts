// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const mips64el: Architecture = {
  name: 'mips64el',
  title: 'MIPS, 64-bit, little endian (MIPS64 release 2)',
  elf: { machines: [8], bits: 64, endian: 'little' },
  // Since 6.11 the thread's own task work sends the signal; before, irq_work did, which waits for the next tick here.
  kernel: { arch: 'mips', target: 'vmlinux', image: 'vmlinux', fragment: 'mips64el', tree: '6.12' },
  toolchain: {
    prefix: 'mips64el-linux-gnuabi64-',
    nativeOn: [],
    debianArchitecture: 'mips64el',
    packages: ['gcc-mips64el-linux-gnuabi64', 'libc6-dev-mips64el-cross'],
    flags: [],
    compat32: {
      compiler: 'mips64el-linux-gnuabi64-gcc',
      // Addresses as they are, without a global offset table or data relative to one: nobody sets $28.
      flags: ['-mabi=32', '-mno-abicalls', '-G0'],
    },
    programs: { folder: 'mips' },
  },
  qemu: {
    binary: 'qemu-system-mips64el',
    package: 'qemu-system-mips',
    machine: 'malta',
    machineName: 'malta',
    cpu: 'MIPS64R2-generic',
    memoryMegabytes: 256,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    // QEMU loses one-shot timers of the processor's counter, now and then: a tick that comes by itself.
    append: 'console=ttyS0 highres=off nohz=off',
    // The board has a register to reset it by, and none to power it off that the kernel knows.
    ending: 'restart',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  triggers: ['page-fault', 'uprobe', 'trap-instruction'],
  // Branches have delay slots, and no next PC that a program could see or set: of an exception in a slot EPC is the
  // branch, which is executed again (Cause.BD says so, to the kernel alone). A context has one PC, and no slot to be in.
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // $1-$25, $30, $31, HI and LO: $0 is zero, $26 and $27 are the kernel's, $28 and $29 the program's pointers; no
    // condition flags but two of FCSR's, which rounds to zero with an inexact result; $f0-$f31.
    registerSite: {
      general: '0x3c3fffffe',
      window: '0x0',
      conditions: '0x0',
      control: '0x2800005',
      vectorWords: [32],
    },
    refusedPc: {
      // SEGV_MAPERR; address errors: arch/mips/kernel/unaligned.c do_ade, force_sig(SIGBUS), whose si_code is SI_KERNEL.
      unmapped: { signal: 11, code: 1 },
      notCanonical: { signal: 10, code: 128 },
      misaligned: { signal: 10, code: 128 },
    },
    source:
      'no HAVE_HW_BREAKPOINT in arch/mips/Kconfig (its watch registers are ptrace’s alone); MIPS64 architecture, volume II (BREAK; branch delay slots), volume III: EPC and Cause.BD, address error',
  },
};
