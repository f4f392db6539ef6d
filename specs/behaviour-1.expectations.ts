// SPDX-License-Identifier: MIT
// What behaviour 1 is expected to come to where that is not `conforms`; each with its reason and reference.
import type { Expectation } from '../harness/judge/expectation.ts';
import { withoutChannels } from './no-channels.ts';
import { registersOfPower } from './power.ts';
import { withoutStepRegister } from './step-register.ts';

export const expectations1: readonly Expectation[] = [
  ...withoutChannels,
  {
    clauses: ['1.6'],
    architectures: ['x86_64', 'x86_64-compat', 'i386'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'unsupported',
    reason: 'DR7’s R/W field has no encoding for reads alone, so the kernel refuses the type with EINVAL',
    reference: 'Intel SDM vol. 3B 18.2.4; arch/x86/kernel/hw_breakpoint.c, arch_build_bp_info',
  },
  {
    clauses: [
      '1.1',
      '1.2',
      '1.3',
      '1.4',
      '1.5',
      '1.6',
      '1.7',
      '1.8',
      '1.9',
      '1.10',
      '1.11',
      '1.12',
      '1.13',
      '1.14',
      '1.15',
      '1.16',
    ],
    architectures: ['riscv64'],
    triggers: ['hw-breakpoint'],
    kernelFrom: '5.18',
    kernelBelow: '6.12',
    verdict: 'deviates',
    seen: /^perf_event_open was refused with errno (22|7) /,
    reason:
      'no hardware breakpoints, but the kernel does not say so: the driver of the performance counters refuses every event type that it does not know with EINVAL, where ENOENT would let others be asked',
    reference:
      'pmu_sbi_event_map in drivers/perf/riscv_pmu_sbi.c (default: -EINVAL; not there in 5.10), perf_init_event in kernel/events/core.c; docs/findings/riscv64-foreign-events.md',
  },
  // Before the next one: where the emulator hides it in 1.15, that is the verdict.
  {
    clauses: ['1.13', '1.15'],
    architectures: ['x86_64', 'x86_64-compat', 'i386', 'arm64', 'arm64-compat', 'ppc64le', 'ppc64'],
    label: 'with',
    mechanisms: ['sigtrap'],
    kernelFrom: '7.3',
    verdict: 'deviates',
    seen: /^after "refresh 1": stops, and what the event counted/,
    reason:
      'a breakpoint event that has used up its limit (PERF_EVENT_IOC_REFRESH) never fires again, neither refreshed nor enabled: it is stopped when the limit is reached, and being armed again does not start it',
    reference:
      '__perf_event_overflow in kernel/events/core.c (event->pmu->stop) and hw_breakpoint_add in kernel/events/hw_breakpoint.c, which leaves PERF_HES_STOPPED; docs/findings/refresh-once.md',
  },
  {
    clauses: ['1.10', '1.15'],
    architectures: ['x86_64', 'x86_64-compat', 'i386'],
    label: 'with',
    mechanisms: ['sigtrap'],
    emulatorBelow: '8.0',
    verdict: 'not-emulated',
    seen: /: atomic_exchange, atomic_add$/,
    reason:
      'QEMU before 8.0, with more than one CPU, misses atomic read-modify-writes of watched memory; every other kind of access was judged and holds',
    reference: 'seen with 7.2.22, gone with 10.0.2 on the same kernel; docs/findings/qemu-atomic-accesses.md',
  },
  {
    clauses: ['1.4', '1.15'],
    architectures: ['arm64-compat'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'deviates',
    seen: /: store1 around a watch of 5 byte\(s\) of type w at 0x\w+[4c]: expected \[ \+0, 1, \+0, \+0 \] to deeply equal \[ \+0, 1, 1, \+0 \]/,
    reason:
      'for 32-bit programs the kernel takes watches of 5, 6 and 7 bytes in the upper word of a doubleword, and the register watches four of them: from that address on there is no room for more',
    reference:
      'hw_breakpoint_arch_parse in arch/arm64/kernel/hw_breakpoint.c (is_compat_bp: no check that offset and length fit, as there is for 64-bit programs); Arm ARM DDI 0487, DBGWCR_EL1.BAS; docs/findings/arm64-compat-watch-lengths.md',
  },
  {
    clauses: ['1.5', '1.6'],
    architectures: ['arm'],
    label: 'with',
    mechanisms: ['sigtrap'],
    verdict: 'unsupported',
    reason:
      'an event with sigtrap has to be stepped over by the kernel, and before version 8 of the debug architecture it then takes no watch for loads or for stores alone: EINVAL, since the fault’s status does not tell one from the other',
    reference: 'arch/arm/kernel/hw_breakpoint.c hw_breakpoint_arch_parse (debug_exception_updates_fsr)',
  },
  ...withoutStepRegister(['1.1', '1.2', '1.3', '1.4', '1.8', '1.9', '1.11', '1.12', '1.13', '1.15'], [], []),
  ...registersOfPower,
];
