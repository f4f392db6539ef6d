// SPDX-License-Identifier: MIT
// TCG or KVM? KVM is believed only after it trapped on a debug register in a guest: one that opens, creates VMs and
// never traps exists. The gates before that test are the cheap ones first.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import { kvmSelfTest, type RememberOptions, type SelfTestResult } from './selftest.ts';

export const ACCELERATORS = ['auto', 'tcg', 'kvm'] as const;
export type AskedAccelerator = (typeof ACCELERATORS)[number];

export interface AcceleratorChoice {
  readonly accel: 'tcg' | 'kvm';
  /** One line without a full stop: why this one. */
  readonly reason: string;
}

/** Where the host is looked at; tests put folders of their own here. */
export interface Host {
  /** Node's name of the host's architecture. */
  readonly architecture: string;
  readonly proc: string;
  readonly sys: string;
  readonly dev: string;
}

export interface AcceleratorContext {
  readonly signal?: AbortSignal | undefined;
  readonly host?: Partial<Host>;
  /** QEMU's version, when the caller knows it already: it saves asking. */
  readonly emulatorVersion?: string;
  /** Replaces the self-test in unit tests. */
  readonly selfTest?: (architecture: Architecture, options: RememberOptions) => Promise<SelfTestResult>;
}

const thisHost: Host = { architecture: process.arch, proc: '/proc', sys: '/sys', dev: '/dev' };

/** What rules KVM out whatever is asked: there would be nothing to test. */
function impossible({ qemu }: Architecture, host: Host): string | undefined {
  if (!qemu.kvmOn.includes(host.architecture)) return `KVM on this host (${host.architecture}) runs no such guests`;
  if (!qemu.selfTest)
    return 'there is no debug-register self-test for such guests yet, and KVM is not believed without';
  return undefined;
}

/** What makes KVM not worth trying, without starting a VM. */
function unlikely({ qemu }: Architecture, host: Host): string | undefined {
  const device = path.join(host.dev, 'kvm');
  if (!existsSync(device)) return `no KVM: ${device} is missing`;
  try {
    closeSync(openSync(device, 'r+'));
  } catch (error) {
    return `no KVM: ${device} cannot be opened (${(error as NodeJS.ErrnoException).code})`;
  }
  if (existsSync(path.join(host.sys, 'module/kvm_pvm'))) {
    return 'KVM is a para-virtual one (module kvm_pvm), which does not trap on debug registers';
  }
  const wanted = qemu.kvmHostFlags;
  if (wanted) {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync(path.join(host.proc, 'cpuinfo'), 'utf8'))?.[1] ?? '';
    const flags = new Set(line.split(' '));
    if (!wanted.some((flag) => flags.has(flag))) {
      return `KVM has no hardware under it: the CPU shows none of ${wanted.join(', ')} in ${host.proc}/cpuinfo`;
    }
  }
  return undefined;
}

const notUsable = (why: string): Failure =>
  infrastructureFailure('kvm-not-usable', `--accel kvm was asked for, and ${why}`, 'Take --accel auto or --accel tcg');

/**
 * Chooses the accelerator for an architecture's cells.
 * `auto` falls back to TCG and says why; `kvm` passes over the cheap gates, but the self-test still decides.
 * @throws Failure `kvm-not-usable` with what was seen, when KVM was asked for; `interrupted`
 */
export async function chooseAccelerator(
  architecture: Architecture,
  asked: AskedAccelerator,
  context: AcceleratorContext = {},
): Promise<AcceleratorChoice> {
  if (asked === 'tcg') return { accel: 'tcg', reason: 'asked for' };
  const host = { ...thisHost, ...context.host };
  const ruledOut = impossible(architecture, host) ?? (asked === 'auto' ? unlikely(architecture, host) : undefined);
  if (ruledOut !== undefined) {
    if (asked === 'kvm') throw notUsable(ruledOut);
    return { accel: 'tcg', reason: ruledOut };
  }
  const test = context.selfTest ?? kvmSelfTest;
  const { signal, emulatorVersion } = context;
  let result: SelfTestResult;
  try {
    result = await test(architecture, {
      signal,
      proc: host.proc,
      retryFailure: asked === 'kvm',
      ...(emulatorVersion === undefined ? {} : { emulatorVersion }),
    });
  } catch (error) {
    // Without a compiler or with a full disk, auto still has an emulator to offer.
    if (asked === 'kvm' || !(error instanceof Failure) || error.kind !== 'infrastructure') throw error;
    return { accel: 'tcg', reason: `KVM could not be tested: ${error.what}` };
  }
  if (result.passed) return { accel: 'kvm', reason: `debug registers trap under KVM (${result.seen})` };
  const why = `KVM failed the debug-register self-test: ${result.seen}`;
  if (asked === 'kvm') throw notUsable(why);
  return { accel: 'tcg', reason: why };
}
