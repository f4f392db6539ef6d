// SPDX-License-Identifier: MIT
// --engine: where cells are run, with the emulator and the accelerator that there are.
import type { Architecture } from '../arch/index.ts';
import { connect } from '../docker/engine.ts';
import { WORKER_REMEDY, workerImage } from '../docker/images.ts';
import { parseRepository } from '../docker/registry.ts';
import { type AcceleratorChoice, chooseAccelerator } from '../machine/accelerator.ts';
import { emulatorsOf, type FindEmulator } from '../machine/container.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellEngine, localEngine } from '../run/engine.ts';
import { SwarmEngine } from '../swarm/swarm.ts';
import { type EmulatorOptions, emulatorFor } from './emulators.ts';
import { defaultJobs } from './session.ts';

export interface EngineOptions extends EmulatorOptions {
  readonly accel: 'auto' | 'tcg' | 'kvm';
  readonly registry?: string;
  /** `LABEL=VALUE` of nodes. */
  readonly place?: readonly string[];
  readonly jobs?: number;
}

export interface ChosenEngine {
  readonly engine: CellEngine;
  readonly emulatorOf: FindEmulator;
  readonly acceleratorOf?: (architecture: Architecture, signal: AbortSignal) => Promise<AcceleratorChoice>;
  readonly close: () => Promise<void>;
}

/** @throws Failure `swarm-option` for what does not go together */
export function demandEngineOptions(options: EngineOptions & { qemu?: string }): void {
  const { engine = 'local', registry, place } = options;
  const wrong = (what: string, remedy: string): never => {
    throw requestFailure('swarm-option', what, remedy);
  };
  if (engine === 'swarm' && options.qemu !== undefined) {
    wrong(
      '--qemu names a folder of this machine, and cells of a swarm run elsewhere',
      'TRAPLINE_WORKER_IMAGE names another image of workers',
    );
  }
  if (engine === 'swarm' && (options.runIn ?? 'host') !== 'host') {
    wrong('--run-in does not go with --engine swarm', 'TRAPLINE_WORKER_IMAGE names another image of workers');
  }
  if (engine === 'local' && (registry !== undefined || place !== undefined)) {
    wrong(
      `${registry === undefined ? '--place' : '--registry'} is for --engine swarm`,
      'Add it, or leave the other out',
    );
  }
  if (registry !== undefined) parseRepository(registry);
}

/**
 * @throws Failure `no-docker-engine`, `docker-image-missing`; of a swarm: `no-swarm-manager`, `no-node-fits`,
 * `registry-needed`
 */
export async function chooseEngine(options: EngineOptions): Promise<ChosenEngine> {
  if (options.engine !== 'swarm') {
    const engine = localEngine(options.jobs ?? defaultJobs());
    return { engine, emulatorOf: await emulatorFor(options), close: async () => {} };
  }
  const manager = await connect();
  const worker = workerImage();
  const engine = await SwarmEngine.open({
    engine: manager,
    worker,
    repository: options.registry === undefined ? undefined : parseRepository(options.registry),
    labels: Object.fromEntries((options.place ?? []).map((word) => word.split('=', 2) as [string, string])),
    kvm: options.accel === 'kvm',
    jobs: options.jobs,
  });
  const found = await emulatorsOf(worker, WORKER_REMEDY);
  return {
    engine,
    emulatorOf: async (architecture) => {
      const { start: _, ...emulator } = await found(architecture);
      return emulator;
    },
    acceleratorOf: async (architecture) => {
      if (options.accel !== 'kvm') {
        const reason = options.accel === 'tcg' ? 'asked for' : 'nodes of a swarm are asked for KVM by --accel kvm only';
        return { accel: 'tcg', reason };
      }
      return chooseAccelerator(architecture, 'kvm', {
        host: { architecture: manager.processor },
        selfTest: async () => ({ passed: true, seen: 'tried again by each worker' }),
      });
    },
    close: () => engine.close(),
  };
}
