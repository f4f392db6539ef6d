// SPDX-License-Identifier: MIT
import { noDebugRegisters } from './no-registers.ts';
import type { Architecture } from './record.ts';

export const riscv64: Architecture = {
  name: 'riscv64',
  title: 'RISC-V, 64-bit (RV64GC)',
  elf: { machines: [243], bits: 64, endian: 'little' },
  kernel: { arch: 'riscv', target: 'Image', image: 'arch/riscv/boot/Image', fragment: 'riscv64' },
  toolchain: {
    prefix: 'riscv64-linux-gnu-',
    nativeOn: ['riscv64'],
    packages: ['gcc-riscv64-linux-gnu', 'libc6-dev-riscv64-cross'],
    debianArchitecture: 'riscv64',
    flags: [],
    compat32: { compiler: 'riscv64-linux-gnu-gcc', flags: ['-march=rv32imac', '-mabi=ilp32'] },
  },
  qemu: {
    binary: 'qemu-system-riscv64',
    package: 'qemu-system-misc',
    machine: 'virt',
    machineName: 'virt',
    cpu: 'rv64',
    memoryMegabytes: 256,
    // One hart: with two every page that is mapped costs an interrupt of the other one, and a run takes three times as long.
    cpus: 1,
    channelDevices: ['virtio-serial-device', 'virtserialport,chardev=channel'],
    append: 'console=ttyS0',
    ending: 'poweroff',
    kvmOn: ['riscv64'],
  },
  channelPath: '/dev/vport0p1',
  triggers: ['page-fault', 'uprobe', 'trap-instruction'],
  nextProgramCounter: false,
  profile: {
    ...noDebugRegisters,
    clone3Errno: 0,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [2, 4],
    // ebreak; c.ebreak has 2.
    trapInstructionLength: 4,
    // x1 and x5-x31: x0 is zero, x2 the stack's, x3 (gp) and x4 (tp) the C library's; no condition flags;
    // fcsr rounding to zero with two accrued exceptions; f0-f31.
    registerSite: {
      general: '0xffffffe2',
      window: '0x0',
      conditions: '0x0',
      control: '0x25',
      vectorWords: [32],
    },
    refusedPc: {
      // SEGV_MAPERR: an address whose upper bits are not copies of the highest translated one is an instruction page fault.
      unmapped: { signal: 11, code: 1 },
      notCanonical: { signal: 11, code: 1 },
      // No misaligned PC with compressed instructions: bit 0 of sepc is always zero.
    },
    source:
      'no HAVE_HW_BREAKPOINT in arch/riscv/Kconfig; RISC-V privileged architecture 3.1.14 (sepc: bit 0 is zero; ebreak does not advance it) and 4.4.1 (addresses that are not sign-extended fault); unprivileged ISA 1.5 (lengths), 2.8 (ebreak)',
  },
};
