// SPDX-License-Identifier: MIT
// One job on a swarm, to its result. A node may die with it: then it is tried again on another one, and what comes to
// its end first and whole is the result, whatever became of the others.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { OVER } from './end-job.ts';
import { because } from './engine.ts';
import type { ServiceLogs } from './service-logs.ts';
import { fits, type Job, type Placement, type Snapshot, type Swarm, type SwarmNode, type SwarmTask } from './swarm.ts';

export interface JobWatch<T> {
  /** What messages call it. */
  readonly name: string;
  /** Seconds from being given to a node, fetching the image included. */
  readonly limitSeconds: number;
  /** The result in what it printed; undefined when that is not whole. */
  readonly read: (stdout: Buffer) => T | undefined;
  readonly signal: AbortSignal;
  readonly progress: (detail: string) => void;
  /** A try came to nothing, and another one follows. */
  readonly warn: (message: string) => void;
  readonly limits?: Partial<JobLimits>;
}

/** All in seconds. */
export interface JobLimits {
  /** Between two looks. */
  readonly pause: number;
  /** That a node which fits may be away, until the job is given up. */
  readonly place: number;
  /** Until the manager has a task for a job. */
  readonly task: number;
}

const LIMITS: JobLimits = { pause: 1, place: 60, task: 60 };
/** How often a job is tried. */
const TRIES = 3;
/** The log of a task that has just ended may come late. */
const READS = 3;

/** What is asked of a swarm. */
export type Jobs = Pick<Swarm, 'look' | 'start' | 'logs' | 'end'>;

/** A try that came to nothing. */
interface Lost {
  readonly node: SwarmNode | undefined;
  readonly why: string;
  readonly failure: 'job-lost' | 'image-not-fetched';
}

type Step<T> =
  | { readonly kind: 'whole'; readonly value: T }
  | { readonly kind: 'lost'; readonly lost: Lost }
  | undefined;

const asked = (labels: Placement['labels']): string =>
  Object.entries(labels)
    .map(([label, value]) => `, label ${label}=${value}`)
    .join('');

export function noNodeFits(name: string, place: Placement, nodes: readonly SwarmNode[]): Failure {
  const ready = nodes.filter((node) => node.ready).map((node) => node.name);
  return infrastructureFailure(
    'no-node-fits',
    `no node of the swarm can run ${name}: it needs ${Math.ceil(place.memoryBytes / 2 ** 20)} MiB, ${place.machine}${asked(place.labels)} (ready: ${ready.join(', ') || 'none'})`,
    'Add a node, or a label to one: docker node update --label-add LABEL=VALUE NODE',
  );
}

function neverEnds(name: string, seconds: number, task: SwarmTask, node: string): Failure {
  return infrastructureFailure(
    'timed-out',
    `${name} did not end within ${seconds} s on node ${node} (it was ${task.state}); its job was removed`,
    'See what the node is busy with; TRAPLINE_CELL_SECONDS allows more',
  );
}

function givenUp(name: string, lost: readonly Lost[]): Failure {
  const last = lost.at(-1);
  const nodes = [...new Set(lost.map(({ node }) => node?.name ?? 'no node'))].join(', ');
  return infrastructureFailure(
    last?.failure ?? 'job-lost',
    `${name} was tried ${lost.length} times on the swarm (${nodes}) and came to nothing: ${last?.why}`,
    last?.failure === 'image-not-fetched'
      ? 'See that each node reaches the registry (its engine’s log says why not), and takes it without TLS if it has none'
      : 'See docker node ls, and the log of the node’s engine',
  );
}

/** One try: a service, from its start until it is removed. */
class Attempt<T> {
  private seen = false;
  private placedAt: number | undefined;
  private readonly startedAt = performance.now();
  private fittedAt = performance.now();
  private reads = 0;
  private asking: Promise<void> | undefined;
  private answer: T | undefined;
  private trouble: { readonly error: unknown } | undefined;

  constructor(
    private readonly swarm: Jobs,
    private readonly service: string,
    private readonly job: Job,
    private readonly watch: JobWatch<T>,
    private readonly limits: JobLimits,
    /** Ids of the nodes where it came to nothing before. */
    private readonly avoid: readonly string[],
  ) {}

  /** @throws Failure `no-node-fits`, `timed-out`; of the engine */
  async step(): Promise<Step<T>> {
    const snapshot = await this.swarm.look();
    const task = snapshot.tasks.find(({ service }) => service === this.service);
    if (!task) return this.withoutTask();
    this.seen = true;
    const node = snapshot.nodes.find(({ id }) => id === task.node);
    if (!node) return this.unplaced(task, snapshot);
    return this.placed(task, node);
  }

  private lost(why: string, node?: SwarmNode, failure: Lost['failure'] = 'job-lost'): Step<T> {
    return { kind: 'lost', lost: { node, why, failure } };
  }

  /** A manager that does not answer just then has not lost the job: whether it is gone for good, look() says. */
  private async logs(task: SwarmTask): Promise<ServiceLogs> {
    try {
      return await this.swarm.logs(task);
    } catch (error) {
      return { stdout: Buffer.alloc(0), stderr: '', trouble: because(error) };
    }
  }

  private withoutTask(): Step<T> {
    if (this.seen) return this.lost('its service was removed by somebody');
    const late = performance.now() - this.startedAt > this.limits.task * 1000;
    return late ? this.lost('the manager made no task of it') : undefined;
  }

  private unplaced(task: SwarmTask, { nodes }: Snapshot): Step<T> {
    if (OVER.has(task.state)) return this.lost(task.said);
    this.watch.progress(`waits for a node${task.said ? ` (${task.said})` : ''}`);
    const fitting = nodes.filter((node) => fits(node, this.job));
    if (fitting.some(({ id }) => !this.avoid.includes(id))) this.fittedAt = performance.now();
    if (performance.now() - this.fittedAt < this.limits.place * 1000) return undefined;
    if (fitting.length === 0) throw noNodeFits(this.watch.name, this.job, nodes);
    // Those that it had not been on went away before it began: the next try may go to any.
    return this.lost('only nodes are left on which it came to nothing before');
  }

  private async placed(task: SwarmTask, node: SwarmNode): Promise<Step<T>> {
    if (task.state === 'complete') return this.ended(task, node);
    if (OVER.has(task.state)) return this.failed(task, node);
    if (!node.ready) return this.lost(`node ${node.name} went away while it was ${task.state}`, node);
    this.placedAt ??= performance.now();
    const seconds = (performance.now() - this.placedAt) / 1000;
    if (seconds > this.watch.limitSeconds) throw neverEnds(this.watch.name, this.watch.limitSeconds, task, node.name);
    this.watch.progress(`${task.state} on ${node.name}`);
    return task.state === 'running' ? this.answered(task) : undefined;
  }

  /**
   * A job that has answered waits to be removed: a swarm takes away the container of a task that it ends, and leaves
   * that of one which ended by itself (Docker 20.10). Asked beside the looks: an answer may take a minute to come, and
   * meanwhile the node may go.
   */
  private answered(task: SwarmTask): Step<T> {
    if (this.trouble) throw this.trouble.error;
    if (this.answer !== undefined) return { kind: 'whole', value: this.answer };
    this.asking ??= this.logs(task)
      .then(({ stdout }) => {
        this.answer = this.watch.read(stdout);
      })
      .catch((error: unknown) => {
        this.trouble = { error };
      })
      .finally(() => {
        this.asking = undefined;
      });
    return undefined;
  }

  private async ended(task: SwarmTask, node: SwarmNode): Promise<Step<T>> {
    const { stdout, trouble } = await this.logs(task);
    const value = this.watch.read(stdout);
    if (value !== undefined) return { kind: 'whole', value };
    if (++this.reads < READS) return undefined;
    return this.lost(`its output is not whole${trouble ? ` (${trouble})` : ''}`, node);
  }

  private async failed(task: SwarmTask, node: SwarmNode): Promise<Step<T>> {
    if (/no such image/i.test(task.said)) {
      return this.lost(`node ${node.name} cannot fetch ${this.job.image}`, node, 'image-not-fetched');
    }
    const { stderr } = await this.logs(task);
    const last = stderr.split('\n').at(-1);
    return this.lost(`on node ${node.name}: ${task.said || task.state}${last ? `: ${last}` : ''}`, node);
  }
}

/**
 * Runs a job, and again when its node died or what it printed is not whole; each try is removed before the next one,
 * so that there is one result at most.
 * @throws Failure `no-node-fits`, `timed-out`, `job-lost`, `image-not-fetched`, `docker-engine-lost`, `interrupted`
 */
export async function runJob<T>(swarm: Jobs, job: Job, watch: JobWatch<T>): Promise<T> {
  const limits = { ...LIMITS, ...watch.limits };
  const lost: Lost[] = [];
  for (;;) {
    const avoid = lost.flatMap(({ node }) => node?.id ?? []);
    const service = await swarm.start(job, avoid);
    let step: Step<T>;
    try {
      const attempt = new Attempt(swarm, service, job, watch, limits, avoid);
      do {
        await sleep(limits.pause * 1000, undefined, { signal: watch.signal }).catch(() => {});
        if (watch.signal.aborted) throw interrupted(watch.name);
        step = await attempt.step();
      } while (step === undefined);
    } finally {
      await swarm.end(service);
    }
    if (step.kind === 'whole') return step.value;
    lost.push(step.lost);
    if (lost.length === TRIES) throw givenUp(watch.name, lost);
    watch.warn(`${watch.name}: ${step.lost.why}: it is tried again (${lost.length + 1} of ${TRIES})`);
  }
}
