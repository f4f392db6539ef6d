// SPDX-License-Identifier: MIT
// The cell of a past run again, with one probe: what it takes, and what came of each try.
import path from 'node:path';
import { type Architecture, findArchitecture, withStockMachine } from '../arch/index.ts';
import { makeFolders } from '../config/folders.ts';
import { buildGuestPrograms, type GuestPrograms, storedGuestPrograms } from '../initramfs/guest-programs.ts';
import type { Evidence } from '../judge/observation.ts';
import { buildKernel, type KernelArtifact, parseKernelRequest, resolveKernel, storedKernel } from '../kernel/index.ts';
import { chooseAccelerator } from '../machine/accelerator.ts';
import { emulatorsOf, type FindEmulator } from '../machine/container.ts';
import { type Emulator, findEmulator, withEmulatorFrom, withNewEmulator } from '../machine/emulator.ts';
import type { EventSink } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import type { CellReport } from '../outcome/report.ts';
import type { Verdict } from '../outcome/verdict.ts';
import type { Recording } from '../run/cell.ts';
import type { Step } from '../run/plan.ts';
import { runSteps } from '../run/single.ts';
import type { Difference } from './difference.ts';
import { differences } from './differences.ts';
import type { RecordedResult } from './recorded.ts';
import { saidUntil } from './warnings.ts';

/** Everything that a try needs; what of it is not as it was in the run has been told. */
export interface Restored {
  readonly architecture: Architecture;
  readonly kernel: KernelArtifact;
  readonly programs: GuestPrograms;
  readonly accel: 'tcg' | 'kvm';
  readonly emulator: Emulator;
  readonly step: Step;
}

export interface Try {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly evidence: Evidence;
  /** All that is not as it was recorded, identities and times among it. */
  readonly differences: readonly Difference[];
  /** The same verdict, and nothing else but what differs from boot to boot anyway. */
  readonly same: boolean;
}

const kernelText = ({ label, selector }: CellReport['kernel']): string =>
  label === selector ? selector : `${label}=${selector}`;

/** From the store by its fingerprint; else built again, and then it has to be the same. */
async function restoreKernel(
  { kernel }: CellReport,
  architecture: Architecture,
  sink: EventSink,
  signal: AbortSignal,
): Promise<KernelArtifact> {
  const there = storedKernel(kernel.fingerprint, `${kernel.selector} for ${architecture.name}`, sink);
  if (there) return there;
  const plan = await resolveKernel(parseKernelRequest(kernelText(kernel)), architecture, sink, signal);
  if (plan.fingerprint !== kernel.fingerprint) {
    throw infrastructureFailure(
      'kernel-not-the-same',
      `the kernel of the run (${kernel.selector}, ${kernel.fingerprint.slice(0, 16)}) is no longer in the store, and what "${kernel.selector}" gives now is another one (${plan.fingerprint.slice(0, 16)}): its source, patches, configuration or compiler changed`,
      `Run the clause on the kernel of now: ./trapline run --arch ${architecture.name} --kernel ${kernelText(kernel)}`,
    );
  }
  return buildKernel(plan, sink, signal);
}

/** What is to be said of this checkout's probes beside those of the run. */
export function doubtOfProbes(then: string | undefined, now: string): string | undefined {
  if (then === now) return undefined;
  if (then === undefined) {
    return 'which probes the run had is not known (no whole fingerprints.json): those of this checkout may record something else';
  }
  return 'the probes of the run are gone, those of this checkout are other ones: what they record may differ';
}

async function restorePrograms(
  guest: string | undefined,
  architecture: Architecture,
  sink: EventSink,
  signal: AbortSignal,
): Promise<GuestPrograms> {
  const there = guest === undefined ? undefined : storedGuestPrograms(architecture, guest);
  if (there) return there;
  const programs = await buildGuestPrograms(architecture, sink, signal);
  const doubt = doubtOfProbes(guest, programs.fingerprint);
  if (doubt) sink({ type: 'notice', level: 'warning', message: `${architecture.name}: ${doubt}` });
  return programs;
}

/** Where the run had its emulator, unless another one was named. */
async function emulatorOf(cell: CellReport, qemu: string | undefined): Promise<FindEmulator> {
  const { image } = cell.emulator;
  return image === undefined || qemu !== undefined ? findEmulator : emulatorsOf(image);
}

/**
 * Finds or makes again what the result was made with.
 * @param qemu folder of another QEMU, as for `run`
 * @throws Failure `kernel-not-the-same`; those of building, and of the emulator
 */
export async function restore(
  recorded: RecordedResult,
  qemu: string | undefined,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Restored> {
  const { cell, clause, result } = recorded;
  const known = findArchitecture(cell.arch);
  const machine = known.qemu.machineName === cell.emulator.machine ? known : withStockMachine(known);
  const find = await emulatorOf(cell, qemu);
  const architecture = await withNewEmulator(withEmulatorFrom(qemu, machine), find, sink, signal);
  const [emulator, accelerator, kernel, programs] = await Promise.all([
    find(architecture, signal),
    chooseAccelerator(architecture, cell.emulator.accel, { signal }),
    restoreKernel(cell, architecture, sink, signal),
    restorePrograms(recorded.guest, architecture, sink, signal),
  ]);
  if (`QEMU ${emulator.version}` !== cell.emulator.version) {
    const message = `${architecture.name}: the run had ${cell.emulator.version}, this is QEMU ${emulator.version} (--qemu DIR names another)`;
    sink({ type: 'notice', level: 'warning', message });
  }
  const { trigger, mechanism } = result;
  const step: Step = { number: 0, clause, trigger, mechanism };
  return { architecture, kernel, programs, accel: accelerator.accel, emulator, step };
}

/** One try, in a folder of its own that is made. */
export async function tryAgain(
  recorded: RecordedResult,
  restored: Restored,
  folder: string,
  progress: (detail: string) => void,
  signal: AbortSignal,
  recording?: Recording,
): Promise<Try> {
  makeFolders(path.resolve(folder));
  const { architecture, kernel, programs, accel, emulator, step } = restored;
  const place = {
    bench: { architecture, emulator, accelerator: { accel } },
    programs,
    folder: path.resolve(folder),
    progress,
    signal,
    recording,
    control: recording && recorded.control,
  };
  const { results } = await runSteps(kernel, recorded.cell.kernel.label, [step], place);
  const [result] = results;
  if (!result) throw new Error('a step without a result');
  const { verdict, reason, evidence } = result;
  const found = differences(recorded.evidence, evidence, saidUntil(recorded.folder, recorded.evidence));
  return {
    verdict,
    reason,
    evidence,
    differences: found,
    same: verdict === recorded.result.verdict && found.every(({ varies }) => varies),
  };
}
