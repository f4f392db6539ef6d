// SPDX-License-Identifier: MIT
// Request → cells: each architecture with each kernel, and what it takes to work on it; nothing is built or booted.
import type { Architecture } from '../arch/record.ts';
import { type Builder, type KernelPlan, type KernelRequest, resolveKernel } from '../kernel/index.ts';
import { type AcceleratorChoice, chooseAccelerator } from '../machine/accelerator.ts';
import { type Emulator, findEmulator, withNewEmulator } from '../machine/emulator.ts';
import type { EventSink } from '../outcome/events.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import type { Bench } from './bench.ts';
import { type ClauseFilter, type Step, stepsFor } from './plan.ts';
import type { PlannedKernel } from './results.ts';

export interface CellRequest {
  readonly architectures: readonly Architecture[];
  readonly kernels: readonly KernelRequest[];
  /** Clauses to run on each kernel, by its label. */
  readonly filterOf: (label: string) => ClauseFilter;
  readonly accel: 'auto' | 'tcg' | 'kvm';
  /** Where an architecture's kernels are built; by default on this machine. */
  readonly builderOf?: (architecture: Architecture) => Builder;
  /** Where an architecture's QEMU is; by default on this machine. */
  readonly emulatorOf?: (architecture: Architecture) => Promise<Emulator>;
  /** How it is accelerated there; by default what this machine can do. */
  readonly acceleratorOf?: (architecture: Architecture, signal: AbortSignal) => Promise<AcceleratorChoice>;
}

export interface CellPlan {
  readonly bench: Bench;
  readonly kernel: PlannedKernel;
  readonly steps: readonly Step[];
  /** What it takes to work on the cell, or why that cannot be: then the others go on without it. */
  readonly way:
    | { readonly kind: 'open'; readonly kernel: KernelPlan }
    | { readonly kind: 'closed'; readonly failure: Failure };
}

/** `architecture/label`: the cell's name in what is printed. */
export const cellName = (plan: CellPlan): string => `${plan.bench.architecture.name}/${plan.kernel.request.label}`;

/** Bench and kernel of a cell whose preparation failed: what the report can say of it. */
const noBench = (architecture: Architecture): Bench => ({
  architecture,
  emulator: { version: 'unknown', sandbox: false },
  accelerator: { accel: 'tcg', reason: 'no emulator was started' },
});
const noKernel = (request: KernelRequest): PlannedKernel => ({ request, version: 'unknown', fingerprint: 'unknown' });

export async function prepareBench(
  asked: Architecture,
  request: Pick<CellRequest, 'accel' | 'emulatorOf' | 'acceleratorOf'>,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Bench> {
  const bench = await prepare(asked, request, sink, signal);
  tellEmulated([bench], request, sink);
  return bench;
}

/** Says why KVM was not taken, where it was to be taken if it could: once for all architectures of one reason. */
function tellEmulated(benches: readonly Bench[], { accel }: Pick<CellRequest, 'accel'>, sink: EventSink): void {
  if (accel !== 'auto') return;
  const emulated = benches.filter(({ accelerator }) => accelerator.accel === 'tcg');
  for (const reason of new Set(emulated.map(({ accelerator }) => accelerator.reason))) {
    const names = emulated.flatMap((one) => (one.accelerator.reason === reason ? [one.architecture.name] : []));
    sink({ type: 'notice', level: 'info', message: `${names.join(', ')}: emulated (TCG), since ${reason}` });
  }
}

async function prepare(
  asked: Architecture,
  request: Pick<CellRequest, 'accel' | 'emulatorOf' | 'acceleratorOf'>,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Bench> {
  const { accel, emulatorOf = findEmulator, acceleratorOf } = request;
  const architecture = await withNewEmulator(asked, emulatorOf, sink, signal);
  const [emulator, accelerator] = await Promise.all([
    emulatorOf(architecture, signal),
    acceleratorOf ? acceleratorOf(architecture, signal) : chooseAccelerator(architecture, accel, { signal }),
  ]);
  return { architecture, emulator, accelerator };
}

function demandUniqueLabels(kernels: readonly KernelRequest[]): void {
  const seen = new Set<string>();
  for (const { label } of kernels) {
    if (seen.has(label)) {
      throw requestFailure(
        'label-used-twice',
        `two kernels of this run are called "${label}"`,
        'Name one of them otherwise (--kernel OTHER=SELECTOR), or make two runs and compare them',
      );
    }
    seen.add(label);
  }
}

/** An infrastructure failure as a value where other cells can go on; what is wrong with the request is thrown. */
async function orFailure<T>(othersGoOn: boolean, work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (othersGoOn && error instanceof Failure && error.kind === 'infrastructure') return error;
    throw error;
  }
}

/**
 * Every cell, in the order of the request: all of one architecture together, since they share its objects.
 * @throws Failure of the request; of the only cell, when there is but one
 */
export async function planCells(request: CellRequest, signal: AbortSignal, sink: EventSink): Promise<CellPlan[]> {
  demandUniqueLabels(request.kernels);
  const several = request.architectures.length * request.kernels.length > 1;
  const benches = await Promise.all(
    request.architectures.map(async (architecture) => ({
      architecture,
      bench: await orFailure(several, () => prepare(architecture, request, sink, signal)),
    })),
  );
  tellEmulated(
    benches.flatMap(({ bench }) => (bench instanceof Failure ? [] : [bench])),
    request,
    sink,
  );
  const plans: CellPlan[] = [];
  for (const { architecture, bench } of benches) {
    for (const kernel of request.kernels) {
      const steps = stepsFor(architecture, request.filterOf(kernel.label));
      const closed = (failure: Failure, known: Bench): CellPlan => ({
        bench: known,
        kernel: noKernel(kernel),
        steps,
        way: { kind: 'closed', failure },
      });
      if (bench instanceof Failure) {
        plans.push(closed(bench, noBench(architecture)));
        continue;
      }
      const plan = await orFailure(several, () =>
        resolveKernel(kernel, bench.architecture, sink, signal, request.builderOf?.(architecture)),
      );
      if (plan instanceof Failure) plans.push(closed(plan, bench));
      else {
        const own = { ...bench, architecture: plan.architecture };
        plans.push({ bench: own, kernel: plan, steps, way: { kind: 'open', kernel: plan } });
      }
    }
  }
  return plans;
}
