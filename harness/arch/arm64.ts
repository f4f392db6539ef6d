// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';

export const arm64: Architecture = {
  name: 'arm64',
  title: 'Arm, 64-bit (AArch64)',
  kernel: { arch: 'arm64', target: 'Image', image: 'arch/arm64/boot/Image', fragment: 'arm64' },
  toolchain: {
    prefix: 'aarch64-linux-gnu-',
    nativeOn: ['arm64'],
    packages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'gcc-arm-linux-gnueabihf'],
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
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    slots: { data: 4, execute: 6, shared: false },
    types: ['r', 'w', 'rw', 'x'],
    dataLengths: [1, 2, 3, 4, 5, 6, 7, 8],
    executeLength: 4,
    dataTrap: 'before',
    executeTrap: 'before',
    trapInstructionPc: 'instruction',
    source:
      'Arm ARM DDI 0487 D2 (breakpoint and watchpoint exceptions are synchronous, taken before the instruction completes); slots counted in ID_AA64DFR0_EL1 of a cortex-a57; arch/arm64/kernel/hw_breakpoint.c',
  },
};
