// SPDX-License-Identifier: MIT
// A few probes on one kernel, judged: what bisecting, watching and seeing a result again have in common.
import type { GuestPrograms } from '../initramfs/guest-programs.ts';
import { judgeAll } from '../judge/judge.ts';
import type { Evidence, Observation } from '../judge/observation.ts';
import type { Judged } from '../judge/verdict.ts';
import { type KernelArtifact, symbolTools } from '../kernel/index.ts';
import type { Crash } from '../outcome/crash.ts';
import type { Bench } from './bench.ts';
import { type CellEvidence, type Recording, runCell } from './cell.ts';
import { crashesOf } from './crashes.ts';
import type { Step } from './plan.ts';

export interface Place {
  readonly bench: Pick<Bench, 'architecture'> & {
    readonly emulator: Pick<Bench['emulator'], 'sandbox' | 'start'>;
    readonly accelerator: Pick<Bench['accelerator'], 'accel'>;
  };
  readonly programs: GuestPrograms;
  /** An existing folder for console, observations and command lines. */
  readonly folder: string;
  readonly progress: (detail: string) => void;
  readonly signal: AbortSignal;
  readonly recording?: Recording | undefined;
  /** What the control saw, where it does not run again. */
  readonly control?: readonly Observation[] | undefined;
}

export interface StepResult extends Judged {
  readonly step: Step;
  readonly evidence: Evidence;
  readonly crashes: readonly Crash[];
}

export interface Single {
  readonly boot: CellEvidence['boot'];
  /** What the kernel said before the first probe. */
  readonly bootCrashes: readonly Crash[];
  /** In the order of the steps. */
  readonly results: readonly StepResult[];
}

/** Boots the kernel for these steps and judges them. @throws as `runCell` */
export async function runSteps(
  kernel: Pick<KernelArtifact, 'image' | 'vmlinux'>,
  label: string,
  steps: readonly Step[],
  { bench, programs, folder, progress, signal, recording, control }: Place,
): Promise<Single> {
  const { architecture, emulator, accelerator } = bench;
  const ran = await runCell({
    architecture,
    kernelImage: kernel.image,
    programs,
    accel: accelerator.accel,
    sandbox: emulator.sandbox,
    start: emulator.start,
    steps,
    folder,
    signal,
    progress,
    recording,
  });
  const [judgements, crashes] = await Promise.all([
    judgeAll([{ arch: architecture.name, label, evidence: [...ran.evidence], control: [...(control ?? ran.control)] }]),
    crashesOf(folder, { ...symbolTools(architecture), vmlinux: kernel.vmlinux }),
  ]);
  const results = steps.map((step, index): StepResult => {
    const evidence = ran.evidence[index];
    const judged = judgements[0]?.[index];
    if (!evidence || !judged) throw new Error('a step without evidence or verdict');
    return { ...judged, step, evidence, crashes: crashes.ofStep.get(step.number) ?? [] };
  });
  return { boot: ran.boot, bootCrashes: crashes.ofBoot, results };
}
