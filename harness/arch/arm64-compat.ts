// SPDX-License-Identifier: MIT
import { arm } from './arm.ts';
import { arm64 } from './arm64.ts';
import type { Architecture } from './record.ts';

/** 32-bit programs on the 64-bit kernel: arm's programs and frames, arm64's kernel and debug registers. */
export const arm64Compat: Architecture = {
  ...arm,
  name: 'arm64-compat',
  title: 'Arm, 32-bit programs on a 64-bit kernel',
  elf: arm64.elf,
  kernel: arm64.kernel,
  toolchain: {
    prefix: arm64.toolchain.prefix,
    nativeOn: arm64.toolchain.nativeOn,
    packages: arm64.toolchain.packages,
    debianArchitecture: 'armhf',
    flags: [...arm.toolchain.flags, '-DKERNEL_LONG_BYTES=8'],
    programs: { folder: 'arm', compiler: 'arm-linux-gnueabihf-gcc', packages: arm.toolchain.packages },
  },
  qemu: arm64.qemu,
  // No uprobes in 32-bit programs: arch_uprobe_analyze_insn() of arch/arm64/kernel/probes/uprobes.c says EOPNOTSUPP.
  triggers: ['hw-breakpoint', 'page-fault', 'trap-instruction'],
  otherTriggersToo: false,
  profile: {
    ...arm64.profile,
    dataAlignment: arm.profile.dataAlignment,
    executeLengths: [2, 4],
    instructionLengths: arm.profile.instructionLengths,
    registerSite: arm.profile.registerSite,
    refusedPc: arm.profile.refusedPc,
    source:
      'as arm64, with what hw_breakpoint_arch_parse() of arch/arm64/kernel/hw_breakpoint.c does for 32-bit tasks (is_compat_bp): lengths 2 and 4 for execution, and the alignment of arch/arm; frames of arch/arm64/kernel/signal32.c',
  },
};
