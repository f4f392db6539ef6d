// SPDX-License-Identifier: MIT
// A Docker Swarm as we need it: its nodes, and replicated jobs of one task each.
import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { infrastructureFailure } from '../outcome/failure.ts';
import { UNPRIVILEGED } from './archive.ts';
import type { Credentials } from './credentials.ts';
import { endJob } from './end-job.ts';
import { because, calling, type Engine } from './engine.ts';
import { ownLabels } from './labels.ts';
import { type ServiceLogs, serviceLogs } from './service-logs.ts';

export interface SwarmNode {
  readonly id: string;
  /** Its host's name; a swarm may have several of one name. */
  readonly name: string;
  /** Is it there, and may it be given something? */
  readonly ready: boolean;
  /** Those of `docker node update --label-add`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Its processor, as uname names it. */
  readonly machine: string;
}

/** The task of a job, as the manager knows it. */
export interface SwarmTask {
  readonly id: string;
  /** Id of its service. */
  readonly service: string;
  /** Id of its node, once it has one. */
  readonly node: string | undefined;
  /** moby's api/types/swarm/task.go, TaskState: pending, preparing, running, complete, failed, rejected, … */
  readonly state: string;
  /** What the manager or the node says of it: why it is not placed, or why it failed. */
  readonly said: string;
}

export interface Snapshot {
  readonly nodes: readonly SwarmNode[];
  readonly tasks: readonly SwarmTask[];
}

/** What a node must have for a job. */
export interface Placement {
  /** Labels of the node, with their values. */
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly memoryBytes: number;
  /** The processor that the image is for, as uname names it. */
  readonly machine: string;
}

export interface Job extends Placement {
  /** By digest or id, so that every node runs the same. */
  readonly image: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** CPUs that it keeps busy; fewer where no node has so many. */
  readonly cpus: number;
  /** Bytes of /tmp, in memory: part of `memoryBytes`. */
  readonly scratchBytes: number;
  /** A device of the node's, which the node's engine has to allow by itself: a service cannot ask for it. */
  readonly device?: string;
  /** Who fetches the image is this to its registry. */
  readonly credentials?: Credentials;
}

const PROCESSES = 300;
/** The worker ends at once, and so does its guest. */
const GRACE_SECONDS = 2;
const NANO = 1e9;
/** A snapshot serves all that ask within this time: one question a second, however many jobs there are. */
const FRESH_MILLISECONDS = 1000;
/** A manager that does not answer is waited for: a restart, or the election of another leader. */
const MANAGER_SECONDS = 30;

/** Label of a service, and so of its tasks: the process that wants it. */
const RUN = 'trapline.run';

interface ApiSwarm {
  readonly ControlAvailable?: boolean;
  readonly LocalNodeState?: string;
  readonly NodeID?: string;
}

interface ApiNode {
  readonly ID: string;
  readonly Spec?: { readonly Labels?: Record<string, string>; readonly Availability?: string };
  readonly Description?: {
    readonly Hostname?: string;
    readonly Platform?: { readonly Architecture?: string };
    readonly Resources?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number };
  };
  readonly Status?: { readonly State?: string };
}

interface ApiTask {
  readonly ID: string;
  readonly ServiceID?: string;
  readonly NodeID?: string;
  readonly Status?: { readonly State?: string; readonly Err?: string; readonly Message?: string };
}

export function nodeFrom({ ID, Spec, Description, Status }: ApiNode): SwarmNode {
  return {
    id: ID,
    name: Description?.Hostname || ID,
    ready: Status?.State === 'ready' && Spec?.Availability === 'active',
    labels: Spec?.Labels ?? {},
    cpus: Math.floor((Description?.Resources?.NanoCPUs ?? 0) / NANO),
    memoryBytes: Description?.Resources?.MemoryBytes ?? 0,
    machine: Description?.Platform?.Architecture ?? '',
  };
}

const taskFrom = ({ ID, ServiceID, NodeID, Status }: ApiTask): SwarmTask => ({
  id: ID,
  service: ServiceID ?? '',
  node: NodeID || undefined,
  state: Status?.State ?? 'new',
  said: Status?.Err || Status?.Message || '',
});

/** Could the node run it, if nothing else did? */
export function fits(node: SwarmNode, { labels, memoryBytes, machine }: Placement): boolean {
  return (
    node.ready &&
    node.machine === machine &&
    node.memoryBytes >= memoryBytes &&
    Object.entries(labels).every(([label, value]) => node.labels[label] === value)
  );
}

/** @param avoid ids of nodes that it is not to go to */
export function serviceSpec(job: Job, run: string, cpus: number, avoid: readonly string[]): Docker.ServiceSpec {
  const memory = { MemoryBytes: job.memoryBytes };
  return {
    Name: `trapline-${run}-${randomBytes(4).toString('hex')}`,
    Labels: { ...ownLabels(), [RUN]: run },
    TaskTemplate: {
      ContainerSpec: {
        Image: job.image,
        // Over the image's own: who made that may live no more.
        Labels: ownLabels(),
        Command: [...job.argv],
        Env: Object.entries(job.environment).map(([name, value]) => `${name}=${value}`),
        // Root, without its capabilities, where there is a device: its group has another number on each node.
        User: job.device === undefined ? `${UNPRIVILEGED}:${UNPRIVILEGED}` : '0:0',
        Dir: '/tmp',
        Init: true,
        ReadOnly: true,
        CapabilityDrop: ['ALL'],
        StopGracePeriod: GRACE_SECONDS * NANO,
        Mounts: [
          { Type: 'tmpfs', Target: '/tmp', Source: '', TmpfsOptions: { SizeBytes: job.scratchBytes, Mode: 0o1777 } },
          ...(job.device === undefined ? [] : [{ Type: 'bind' as const, Source: job.device, Target: job.device }]),
        ],
      },
      Resources: {
        Limits: { ...memory, Pids: PROCESSES },
        Reservations: { ...memory, NanoCPUs: cpus * NANO },
      },
      // Another try is ours to make: a swarm leaves the task of a job on a node that went down as it is.
      RestartPolicy: { Condition: 'none' },
      Placement: {
        Constraints: [
          `node.platform.arch==${job.machine}`,
          ...Object.entries(job.labels).map(([label, value]) => `node.labels.${label}==${value}`),
          ...avoid.map((id) => `node.id!=${id}`),
        ],
      },
      // Whatever the node's engine has: its own may not be readable, or may forget the beginning.
      LogDriver: { Name: 'json-file', Options: { 'max-size': '1g' } },
    },
    Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
  };
}

export class Swarm {
  private last: Snapshot | undefined;
  private answeredAt = 0;
  private looking: { readonly at: number; readonly seen: Promise<Snapshot> } | undefined;
  private readonly run = `${process.pid}-${randomBytes(4).toString('hex')}`;

  private constructor(
    readonly engine: Engine,
    /** The id of the engine's own node. */
    readonly self: string,
  ) {}

  /** @throws Failure `no-swarm-manager`, `docker-engine-lost` */
  static async of(engine: Engine): Promise<Swarm> {
    const info = await calling('its swarm was looked at', () => engine.docker.info());
    const { ControlAvailable, LocalNodeState, NodeID } = (info as { Swarm?: ApiSwarm }).Swarm ?? {};
    if (ControlAvailable) return new Swarm(engine, NodeID ?? '');
    throw infrastructureFailure(
      'no-swarm-manager',
      `the engine at ${engine.address} is no manager of a swarm (its swarm is ${LocalNodeState ?? 'unknown'})`,
      'Make it one with docker swarm init, or name a manager in DOCKER_HOST',
    );
  }

  /**
   * All nodes, and the tasks of this process; at most a second old, or older while the manager does not answer.
   * @throws Failure `docker-engine-lost`, `docker-engine-refused` when it does not answer for half a minute
   */
  async look(): Promise<Snapshot> {
    const now = performance.now();
    if (!this.looking || now - this.looking.at > FRESH_MILLISECONDS) {
      this.looking = { at: now, seen: this.lookAgain() };
    }
    return this.looking.seen;
  }

  private async lookAgain(): Promise<Snapshot> {
    const { docker } = this.engine;
    try {
      const [nodes, tasks] = await calling('its swarm was at work', () =>
        Promise.all([docker.listNodes(), docker.listTasks({ filters: { label: [`${RUN}=${this.run}`] } })]),
      );
      const known = (nodes as ApiNode[]).map(nodeFrom).sort((a, b) => (a.name < b.name ? -1 : 1));
      this.last = { nodes: known, tasks: (tasks as ApiTask[]).map(taskFrom) };
      this.answeredAt = performance.now();
      return this.last;
    } catch (error) {
      if (this.last && performance.now() - this.answeredAt < MANAGER_SECONDS * 1000) return this.last;
      throw error;
    }
  }

  /** Starts a job, away from some nodes as long as there are others. Returns its service's id. */
  async start(job: Job, avoid: readonly string[]): Promise<string> {
    const fitting = (await this.look()).nodes.filter((node) => fits(node, job));
    const others = fitting.filter(({ id }) => !avoid.includes(id));
    const left = others.length > 0 ? others : fitting;
    const cpus = Math.max(1, Math.min(job.cpus, ...left.map((node) => node.cpus)));
    const spec = serviceSpec(job, this.run, cpus, others.length > 0 ? avoid : []);
    const service = await calling('a job was started', () =>
      this.engine.docker.createService((job.credentials ?? {}) as Docker.AuthConfig, spec),
    );
    return service.id;
  }

  /** What a task has printed until now. @throws Failure of the engine; of a node that does not answer, nothing comes */
  async logs(task: SwarmTask): Promise<ServiceLogs> {
    return calling('the output of a job was fetched', () => serviceLogs(this.engine.docker, task.id));
  }

  /** Ends a job. A manager that is gone is no error here: `clean` finds it later. */
  async end(service: string): Promise<void> {
    await endJob(this.engine.docker, service).catch(because);
  }
}
