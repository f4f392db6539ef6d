// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';

export const loongarch64: Architecture = {
  name: 'loongarch64',
  title: 'LoongArch, 64-bit (LA464)',
  elf: { machines: [258], bits: 64, endian: 'little' },
  kernel: { arch: 'loongarch', target: 'vmlinux', image: 'vmlinux', fragment: 'loongarch64', tree: '6.12' },
  toolchain: {
    prefix: 'loongarch64-linux-gnu-',
    nativeOn: [],
    // Debian 12 has no gcc for it; its clang 19 makes programs and kernels for every target.
    packages: ['clang-19', 'lld-19', 'llvm-19'],
    llvm: '-19',
    // clang says that -no-pie has no part in what does not link. Relaxation would move what fresh.S aligns.
    flags: [
      '--target=loongarch64-linux-gnu',
      '-mno-relax',
      '-mlasx',
      '-Wno-unused-command-line-argument',
      '-Wl,--no-relax',
    ],
    library: {
      suite: 'trixie',
      packages: [
        'libc6-dev-loong64-cross',
        'libc6-loong64-cross',
        'linux-libc-dev-loong64-cross',
        'libgcc-14-dev-loong64-cross',
      ],
      flags: [
        '--sysroot=@/usr/loongarch64-linux-gnu',
        '--gcc-install-dir=@/usr/lib/gcc-cross/loongarch64-linux-gnu/14',
        '-fuse-ld=lld',
      ],
      // R_LARCH_ALIGN, of the psABI's relaxation: when lld 19 drops the padding there, it gives the indirect functions
      // behind it (R_LARCH_IRELATIVE) the addresses that they had before: the programs die before main().
      voided: { archive: 'usr/loongarch64-linux-gnu/lib/libc.a', relocation: 102 },
    },
  },
  qemu: {
    binary: 'qemu-system-loongarch64',
    package: 'qemu-system-misc',
    // The first whose machine starts a kernel without firmware; 8.2 is the first with vectors of 256 bits.
    oldest: '9.1',
    machine: 'virt',
    machineName: 'virt',
    cpu: 'la464',
    memoryMegabytes: 512,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    append: 'console=ttyS0',
    ending: 'poweroff',
    kvmOn: [],
  },
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  otherTriggersToo: true,
  nextProgramCounter: false,
  profile: {
    slots: { data: 8, execute: 8, shared: false },
    types: ['r', 'w', 'rw', 'x'],
    dataLengths: [1, 2, 4, 8],
    dataAlignment: 'natural',
    longDataErrno: 22,
    executeLengths: [1, 2, 4, 8],
    kernelWatchErrno: 1,
    clone3Errno: 0,
    executeLength: 4,
    dataTrap: 'before',
    executeTrap: 'before',
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // All but r0 (zero), tp, sp and r21 (reserved); fcsr rounding to zero with two flags, above it fcc0-fcc7; xr0-xr31.
    registerSite: {
      general: '0xffdffff2',
      window: '0x0',
      conditions: '0x0',
      control: '0xa500050100',
      vectorWords: [128],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      // Both are address errors of the fetch (ADEF), which do_ade() makes BUS_ADRERR.
      notCanonical: { signal: 7, code: 2 },
      misaligned: { signal: 7, code: 2 },
    },
    source:
      'LoongArch reference manual, volume 1 (watchpoint exceptions and their control and status registers: the count is read there, and ptrace.h has room for eight; ADEF for an instruction address that is not aligned or not canonical; BREAK); arch/loongarch/kernel/hw_breakpoint.c, traps.c (do_bp, do_watch, do_ade)',
  },
};
