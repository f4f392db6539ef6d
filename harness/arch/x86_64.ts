// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';

/** A machine with two serial ports; x86's kernels here have no PCI, which q35 has besides. */
export const serialMachine = {
  machine: 'q35',
  machineName: 'q35',
  channelDevices: [],
  channelSerial: true,
  channelPath: '/dev/ttyS1',
} as const;

export const x86_64: Architecture = {
  name: 'x86_64',
  title: 'x86, 64-bit (AMD64)',
  elf: { machines: [62, 3], bits: 64, endian: 'little' },
  kernel: { arch: 'x86_64', target: 'vmlinux', image: 'vmlinux', fragment: 'x86_64' },
  toolchain: {
    prefix: 'x86_64-linux-gnu-',
    nativeOn: ['x64'],
    packages: ['gcc', 'libc6-dev'],
    debianArchitecture: 'amd64',
    flags: [],
    compat32: { compiler: 'gcc', flags: ['-m32'] },
  },
  qemu: {
    binary: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    machine: 'microvm,acpi=off,isa-serial=on,rtc=on,pic=on,pit=on',
    machineName: 'microvm',
    cpu: 'max',
    memoryMegabytes: 256,
    cpus: 2,
    channelDevices: ['virtio-serial-device', 'virtserialport,chardev=channel'],
    append: 'console=ttyS0 reboot=t',
    ending: 'restart',
    kvmOn: ['x64'],
    kvmHostFlags: ['vmx', 'svm'],
    selfTest: { folder: 'x86_64', devices: ['isa-debug-exit,iobase=0xf4,iosize=4'] },
  },
  stock: {
    debianArchitecture: 'amd64',
    flavour: 'amd64',
    // Its virtio over MMIO is a module, that on PCI is built in.
    qemu: {
      machine: 'q35',
      machineName: 'q35',
      channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
      append: 'console=ttyS0',
      memoryMegabytes: 512,
    },
  },
  recording: serialMachine,
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    slots: { data: 4, execute: 4, shared: true },
    types: ['w', 'rw', 'x'],
    dataLengths: [1, 2, 4, 8],
    dataAlignment: 'natural',
    // EOPNOTSUPP: a power of two is a range breakpoint, which AMD's BPEXT has and QEMU's CPU has not (arch_build_bp_info).
    longDataErrno: 95,
    executeLengths: [8],
    // EPERM: hw_breakpoint_parse() asks for CAP_SYS_ADMIN.
    kernelWatchErrno: 1,
    clone3Errno: 0,
    executeLength: 8,
    dataTrap: 'after',
    executeTrap: 'before',
    trapInstructionPc: 'next',
    callPushesReturnAddress: true,
    instructionLengths: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    trapInstructionLength: 1,
    // 15 registers beside the stack's; CF, PF, AF, SF, OF; MXCSR and x87 control word rounding to zero; xmm0-15 and
    // st0-7, and with AVX the upper halves of ymm0-15.
    registerSite: {
      general: '0x7fff',
      window: '0x0',
      conditions: '0x851',
      control: '0xf7f00007f80',
      vectorWords: [42, 74],
    },
    refusedPc: {
      // SEGV_MAPERR; #GP at the return to user mode: SI_KERNEL.
      unmapped: { signal: 11, code: 1 },
      notCanonical: { signal: 11, code: 128 },
    },
    source:
      'Intel SDM vol. 3B 18.2 (debug registers: DR7.R/W has no read-only type; data breakpoints are traps, instruction breakpoints faults); arch/x86/kernel/hw_breakpoint.c arch_build_bp_info',
  },
};
