// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';

export const arm: Architecture = {
  name: 'arm',
  title: 'Arm, 32-bit (ARMv7-A)',
  elf: { machines: [40], bits: 32, endian: 'little' },
  kernel: { arch: 'arm', target: 'zImage', image: 'arch/arm/boot/zImage', fragment: 'arm' },
  toolchain: {
    prefix: 'arm-linux-gnueabihf-',
    nativeOn: ['arm'],
    packages: ['gcc-arm-linux-gnueabihf', 'libc6-dev-armhf-cross'],
    debianArchitecture: 'armhf',
    // The probes are A32: an address of theirs is then a PC as it is. Thumb has its sites in lengths.S.
    // What is not fresh.S's own keeps out of its 64 KiB, which the linker would leave to 4 KiB here.
    flags: ['-marm', '-mfpu=neon', '-Wl,-z,separate-code,-z,max-page-size=65536'],
  },
  qemu: {
    binary: 'qemu-system-arm',
    package: 'qemu-system-arm',
    machine: 'virt',
    machineName: 'virt',
    cpu: 'cortex-a15',
    memoryMegabytes: 256,
    // A hit costs half of what it does with two; arm64-compat has the same programs on two.
    cpus: 1,
    channelDevices: ['virtio-serial-device', 'virtserialport,chardev=channel'],
    append: 'console=ttyAMA0',
    ending: 'poweroff',
    kvmOn: [],
    bareControl: { folder: 'arm' },
  },
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  otherTriggersToo: true,
  nextProgramCounter: false,
  profile: {
    slots: { data: 4, execute: 5, shared: false },
    // Without a handler of its own an event has to be stepped over, and then hw_breakpoint_arch_parse() wants the fault's
    // status to tell loads from stores: only from version 8 of the debug architecture on.
    types: ['rw', 'x'],
    dataLengths: [1, 2, 4, 8],
    // hw_breakpoint_arch_parse(): "Allow halfword watchpoints" at offset 1 too, "Allow single byte watchpoint".
    dataAlignment: 'word',
    longDataErrno: 22,
    executeLengths: [2, 4],
    // EPERM: "We don't allow mismatch breakpoints in kernel space", before anything that is asked of every architecture.
    kernelWatchErrno: 1,
    kernelWatchExcludedErrno: 1,
    clone3Errno: 0,
    executeLength: 4,
    dataTrap: 'before',
    executeTrap: 'before',
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    // Thumb 2 and 4, A32.
    instructionLengths: [2, 4, 4],
    trapInstructionLength: 4,
    // r0-r12 and lr; N, C, Q, GE; FPSCR rounding to zero, with three exceptions and two flags; d0-d31.
    registerSite: {
      general: '0x3fff',
      window: '0x0',
      conditions: '0xa8050000',
      control: '0x50c00015',
      vectorWords: [32],
    },
    // Every address of 32 bits can be translated, and the return to user mode drops a PC's lowest bits.
    refusedPc: { unmapped: { signal: 11, code: 1 } },
    source:
      'Arm ARM DDI 0406 C3 (debug exceptions: breakpoints and synchronous watchpoints are taken before the instruction completes); slots counted in DBGDIDR of a cortex-a15, one breakpoint kept for stepping; arch/arm/kernel/hw_breakpoint.c',
  },
};
