// SPDX-License-Identifier: MIT
// Cells on the nodes of a Docker Swarm: each goes out as an image and comes back as text. Judging and reporting stay
// here, so that such a run is a run like any other.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { inCache } from '../config/paths.ts';
import type { Engine } from '../docker/engine.ts';
import { imageId, WORKER_REMEDY } from '../docker/images.ts';
import { noNodeFits, runJob } from '../docker/job.ts';
import { authorised, type Repository } from '../docker/registry.ts';
import { fits, type Job, type Placement, Swarm } from '../docker/swarm.ts';
import { kernelCompiler } from '../initramfs/guest-programs.ts';
import { packInitramfs } from '../initramfs/initramfs.ts';
import { OWN_MEMORY } from '../machine/container.ts';
import { buildSelfTest } from '../machine/selftest.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { shellWord } from '../process/shell-word.ts';
import { buildBareProgram } from '../run/bare-control.ts';
import { type CellEvidence, type ReadyCell, withControl } from '../run/cell.ts';
import { type CellEngine, type CellPlace, localEngine } from '../run/engine.ts';
import { planLine } from '../run/plan.ts';
import { parsed } from '../run/replay.ts';
import { writingTo } from '../store/disk.ts';
import { archiveIn, takeAnswer } from './cell-answer.ts';
import { ORDER_FOLDER, orderOf, WORKER } from './cell-order.ts';
import { Deliveries } from './deliveries.ts';

export interface SwarmOptions {
  /** A manager of the swarm. */
  readonly engine: Engine;
  /** Name of the image that workers run in. */
  readonly worker: string;
  /** Where nodes fetch the cells from; a swarm of this engine alone needs none. */
  readonly repository: Repository | undefined;
  /** What a node must be labelled with. */
  readonly labels: Readonly<Record<string, string>>;
  /** Only nodes that are labelled as having KVM. */
  readonly kvm: boolean;
  /** Cells side by side; by default as many as the nodes have CPUs. */
  readonly jobs: number | undefined;
}

/** On nodes whose engine gives services /dev/kvm: `--accel kvm` goes nowhere else. */
const KVM_LABEL = { 'trapline.kvm': 'true' };
/** Consoles and initramfs of all guests of a cell, in memory. */
const SCRATCH = 256 * 2 ** 20;
/** Of the worker itself. */
const WORKER_MEMORY = 128 * 2 ** 20;
/** Where the worker has its cache. */
const CACHE = '/tmp/cache';

const cellSeconds = (): number => Number(process.env.TRAPLINE_CELL_SECONDS) || 1800;

const machineSchema = z.object({
  record: z.literal('machine'),
  initramfs: z.string(),
  steps: z.array(z.number().int()),
});

/** What a cell's command lines say here: the same files as there. */
const atHome =
  ({ kernelImage }: ReadyCell) =>
  (_: string, text: string): string =>
    text
      .replaceAll(`/${ORDER_FOLDER}/kernel-image`, shellWord(kernelImage))
      .replace(/\/tmp\/cache\/initramfs\/([0-9a-f]+\.cpio)/g, (_, name: string) =>
        shellWord(inCache('initramfs', name)),
      );

/**
 * Packs what the cell's guests were booted with, so that qemu.argv can be run here.
 * @throws Failure `answer-refused` when a guest had another one: then it was not this cell
 */
async function packAgain(cell: ReadyCell, { folder, name }: CellPlace): Promise<void> {
  const steps = withControl(cell.steps);
  for (const line of readFileSync(path.join(folder, 'observations.jsonl'), 'utf8').split('\n')) {
    const machine = line.startsWith('{"record":"machine"') ? machineSchema.safeParse(parsed(line)).data : undefined;
    if (!machine) continue;
    const plan = steps.filter(({ number }) => machine.steps.includes(number)).map(planLine);
    const { sha256 } = await writingTo(inCache('initramfs'), async () =>
      packInitramfs({ programs: cell.programs, plan }),
    );
    if (sha256 === machine.initramfs) continue;
    throw infrastructureFailure(
      'answer-refused',
      `${name} came back with another initramfs than it was sent with`,
      'Run it again; see whether the registry gave another image than ours',
    );
  }
}

export class SwarmEngine implements CellEngine {
  private constructor(
    private readonly swarm: Swarm,
    private readonly repository: Repository | undefined,
    private readonly place: Omit<Placement, 'memoryBytes'>,
    private readonly deliveries: Deliveries,
    readonly jobs: number,
  ) {}

  /**
   * @throws Failure `no-swarm-manager`, `docker-image-missing`, `no-node-fits`, `registry-needed`, `docker-engine-lost`
   */
  static async open(options: SwarmOptions): Promise<SwarmEngine> {
    const { engine, worker, repository } = options;
    const labels = { ...options.labels, ...(options.kvm ? KVM_LABEL : {}) };
    const swarm = await Swarm.of(engine);
    const id = await imageId(engine, worker, WORKER_REMEDY);
    const { nodes } = await swarm.look();
    const machine = nodes.find((node) => node.id === swarm.self)?.machine ?? '';
    const least = { labels, machine, memoryBytes: OWN_MEMORY };
    const fitting = nodes.filter((node) => fits(node, least));
    if (fitting.length === 0) throw noNodeFits('any cell', least, nodes);
    if (!repository && fitting.some((node) => node.id !== swarm.self)) {
      throw requestFailure(
        'registry-needed',
        `the swarm has other nodes (${fitting.map(({ name }) => name).join(', ')}), which fetch cells from a registry`,
        'Name one that all of them reach: --registry HOST[:PORT]/NAME',
      );
    }
    const jobs =
      options.jobs ??
      Math.max(
        1,
        fitting.reduce((sum, { cpus }) => sum + cpus, 0),
      );
    const deliveries = new Deliveries(engine, { name: worker, id }, repository);
    return new SwarmEngine(swarm, repository, { labels, machine }, deliveries, jobs);
  }

  async run(given: ReadyCell, place: CellPlace): Promise<CellEvidence> {
    if (given.steps.length === 0) return localEngine(1).run(given, place);
    const { signal } = place;
    const bareProgram = await buildBareProgram(given.architecture, signal);
    const cell = { ...given, ...(bareProgram === undefined ? {} : { bareProgram }) };
    const ordered = orderOf(cell, await this.selfTestFor(cell, signal));
    const image = await this.deliveries.deliver(ordered, place);
    const packed = await runJob(this.swarm, this.jobFor(cell, image), {
      name: place.name,
      limitSeconds: cellSeconds(),
      read: archiveIn,
      signal,
      progress: place.progress,
      warn: place.warn,
    });
    const evidence = await takeAnswer(packed, place.folder, place.name, atHome(cell));
    await packAgain(cell, place);
    return evidence;
  }

  private async selfTestFor({ architecture, accel }: ReadyCell, signal: AbortSignal): Promise<string | undefined> {
    const { selfTest } = architecture.qemu;
    if (accel !== 'kvm' || !selfTest) return undefined;
    return buildSelfTest(selfTest.folder, kernelCompiler(architecture), signal);
  }

  private jobFor({ architecture, accel }: ReadyCell, image: string): Job {
    const { memoryMegabytes, cpus } = architecture.qemu;
    const credentials = this.repository && authorised(this.repository).authconfig;
    return {
      ...this.place,
      memoryBytes: memoryMegabytes * 2 ** 20 + OWN_MEMORY + WORKER_MEMORY + SCRATCH,
      image,
      argv: ['node', `/${ORDER_FOLDER}/${WORKER}`, `/${ORDER_FOLDER}`],
      // The manager puts the node's name in.
      environment: { TRAPLINE_CACHE: CACHE, TRAPLINE_NODE: '{{.Node.Hostname}}', HOME: '/tmp', LC_ALL: 'C' },
      cpus,
      scratchBytes: SCRATCH,
      ...(accel === 'kvm' ? { device: '/dev/kvm' } : {}),
      ...(credentials ? { credentials } : {}),
    };
  }

  /** Takes away what it made in the engine. */
  close(): Promise<void> {
    return this.deliveries.close();
  }
}
