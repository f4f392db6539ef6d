// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';

export const arm64: Architecture = {
  name: 'arm64',
  title: 'Arm, 64-bit (AArch64)',
  elf: { machines: [183, 40], bits: 64, endian: 'little' },
  kernel: { arch: 'arm64', target: 'Image', image: 'arch/arm64/boot/Image', fragment: 'arm64' },
  toolchain: {
    prefix: 'aarch64-linux-gnu-',
    nativeOn: ['arm64'],
    packages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'gcc-arm-linux-gnueabihf'],
    debianArchitecture: 'arm64',
    flags: [],
    compat32: { compiler: 'arm-linux-gnueabihf-gcc', flags: ['-marm'] },
  },
  qemu: {
    binary: 'qemu-system-aarch64',
    package: 'qemu-system-arm',
    machine: 'virt',
    machineName: 'virt',
    cpu: 'cortex-a57',
    memoryMegabytes: 256,
    cpus: 2,
    channelDevices: ['virtio-serial-device', 'virtserialport,chardev=channel'],
    append: 'console=ttyAMA0',
    ending: 'poweroff',
    kvmOn: ['arm64'],
  },
  stock: {
    debianArchitecture: 'arm64',
    flavour: 'arm64',
    // Its virtio over MMIO is a module, that on PCI is built in.
    qemu: { channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'], memoryMegabytes: 512 },
  },
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    slots: { data: 4, execute: 6, shared: false },
    types: ['r', 'w', 'rw', 'x'],
    dataLengths: [1, 2, 3, 4, 5, 6, 7, 8],
    // The byte address select field: hw_breakpoint_arch_parse() shifts the length's mask by the offset in the doubleword.
    dataAlignment: 'doubleword',
    longDataErrno: 22,
    // Any length of a watchpoint is taken and made 4 ("we fix up the parameter", arch_build_bp_info).
    executeLengths: [1, 2, 3, 4, 5, 6, 7, 8],
    // EINVAL: "disallow per-task kernel breakpoints", before hw_breakpoint_parse() asks for a capability.
    kernelWatchErrno: 22,
    clone3Errno: 0,
    executeLength: 4,
    dataTrap: 'before',
    executeTrap: 'before',
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // x0-x30; N and C; FPCR rounding to zero, FPSR with two flags; v0-v31.
    registerSite: {
      general: '0x7fffffff',
      window: '0x0',
      conditions: '0xa0000000',
      control: '0x1500c00000',
      vectorWords: [64],
    },
    refusedPc: {
      // SEGV_MAPERR; SIGBUS, BUS_ADRALN (arch/arm64/mm/fault.c do_sp_pc_abort).
      unmapped: { signal: 11, code: 1 },
      notCanonical: { signal: 11, code: 1 },
      misaligned: { signal: 7, code: 1 },
    },
    source:
      'Arm ARM DDI 0487 D2 (breakpoint and watchpoint exceptions are synchronous, taken before the instruction completes); slots counted in ID_AA64DFR0_EL1 of a cortex-a57; arch/arm64/kernel/hw_breakpoint.c',
  },
};
