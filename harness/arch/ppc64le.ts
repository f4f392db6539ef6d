// SPDX-License-Identifier: MIT
import type { Architecture } from './record.ts';

export const ppc64le: Architecture = {
  name: 'ppc64le',
  title: 'Power, 64-bit, little endian (POWER10)',
  elf: { machines: [21, 20], bits: 64, endian: 'little' },
  kernel: { arch: 'powerpc', target: 'vmlinux', image: 'vmlinux', fragment: 'ppc64le' },
  toolchain: {
    prefix: 'powerpc64le-linux-gnu-',
    nativeOn: [],
    packages: ['gcc-powerpc64le-linux-gnu', 'libc6-dev-ppc64el-cross'],
    debianArchitecture: 'ppc64el',
    flags: [],
    programs: { folder: 'powerpc' },
  },
  qemu: {
    binary: 'qemu-system-ppc64',
    package: 'qemu-system-ppc',
    // A small firmware instead of SLOF, which takes seconds; mitigations that TCG has not are not asked for.
    machine: 'pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off',
    machineName: 'pseries',
    // The first that has a POWER10's second watchpoint; 8.2 has the first one.
    oldest: '10.0',
    cpu: 'power10',
    memoryMegabytes: 512,
    memoryStep: 256,
    cpus: 1,
    channelDevices: ['virtio-serial-pci', 'virtserialport,chardev=channel'],
    // Delivery is by irq_work, which Power raises with a decrementer of 1: by the host's clock that comes when it comes,
    // some thousand instructions later; by instruction counting it comes at the next one, as on the processor.
    options: ['-icount', 'shift=1,sleep=off'],
    append: 'console=hvc0',
    ending: 'poweroff',
    kvmOn: [],
    bareControl: { folder: 'powerpc' },
  },
  channelPath: '/dev/vport0p1',
  triggers: ['hw-breakpoint', 'page-fault', 'uprobe', 'trap-instruction'],
  otherTriggersToo: true,
  nextProgramCounter: false,
  profile: {
    slots: { data: 2, execute: 0, shared: false },
    types: ['r', 'w', 'rw'],
    // hw_breakpoint_validate_len(): any, as long as the doublewords that it touches are no more than 64.
    dataLengths: Array.from({ length: 512 }, (_, before) => before + 1),
    dataAlignment: 'any',
    longDataErrno: 0,
    executeLengths: [],
    executeErrno: 95,
    executeLength: 4,
    kernelWatchErrno: 1,
    // The processor's comes before; the kernel lets the program go past the access and tells it then, but a debugger at once.
    dataTrap: 'after',
    debuggerDataTrap: 'before',
    executeTrap: 'before',
    clone3Errno: 0,
    trapInstructionPc: 'instruction',
    callPushesReturnAddress: false,
    instructionLengths: [4],
    trapInstructionLength: 4,
    // All but r1 (stack), r2 (TOC) and r13 (thread); CR; FPSCR rounding to zero with an inexact result; vs0-vs63.
    registerSite: {
      general: '0xffffdff9',
      window: '0x0',
      conditions: '0x5a5aa5a5',
      control: '0x82000001',
      vectorWords: [128],
    },
    refusedPc: {
      unmapped: { signal: 11, code: 1 },
      // An instruction segment interrupt: do_bad_segment_interrupt() sends SEGV_BNDERR.
      notCanonical: { signal: 11, code: 3 },
      // No misaligned PC: the two lowest bits of the address are ignored.
    },
    source:
      'Power ISA 3.1B, book III 10.4 (data address watchpoints: DAWR0 and DAWR1, DAWRX0 and DAWRX1, by doublewords; none for instructions that an operating system may use); arch/powerpc/kernel/hw_breakpoint.c (hw_breakpoint_slots, hw_breakpoint_validate_len, hw_breakpoint_handler: "trigger-after-execute") and prom.c (CPU_FTR_DAWR1); a POWER9 has no CPU_FTR_DAWR (cputable.h); Power ISA 3.0 B, book I 1.5 (instructions of four bytes), book III 6.5.9 (trap: SRR0 holds its address), 5.7.6 (effective addresses out of range)',
  },
};
