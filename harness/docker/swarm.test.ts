// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from './engine.ts';
import { fits, type Job, nodeFrom, Swarm, serviceSpec } from './swarm.ts';

const ready = {
  ID: 'n1',
  Spec: { Labels: { pool: 'kernel' }, Availability: 'active' },
  Description: {
    Hostname: 'one',
    Platform: { Architecture: 'x86_64' },
    Resources: { NanoCPUs: 4e9, MemoryBytes: 8e9 },
  },
  Status: { State: 'ready' },
};
const need = { labels: {}, memoryBytes: 1e9, machine: 'x86_64' };

describe('a node', () => {
  test('is what the manager says of it', () => {
    expect(nodeFrom(ready)).toEqual({
      id: 'n1',
      name: 'one',
      ready: true,
      labels: { pool: 'kernel' },
      cpus: 4,
      memoryBytes: 8e9,
      machine: 'x86_64',
    });
  });

  test.each([
    ['down', { ...ready, Status: { State: 'down' } }],
    ['drained', { ...ready, Spec: { Availability: 'drain' } }],
    ['unknown', { ID: 'n2' }],
  ])('that is %s gets nothing', (_, node) => {
    expect(fits(nodeFrom(node), { ...need, memoryBytes: 0 })).toBe(false);
  });

  test.each([
    ['as it is', {}, true],
    ['with a label that it has', { labels: { pool: 'kernel' } }, true],
    ['with another value of it', { labels: { pool: 'other' } }, false],
    ['with a label that it has not', { labels: { 'trapline.kvm': 'true' } }, false],
    ['with more memory than it has', { memoryBytes: 9e9 }, false],
    ['of another processor', { machine: 'aarch64' }, false],
  ])('%s', (_, changes, expected) => {
    expect(fits(nodeFrom(ready), { ...need, ...changes })).toBe(expected);
  });
});

describe('the service of a job', () => {
  const job: Job = {
    ...need,
    labels: { pool: 'kernel' },
    image: 'localhost:5000/cells@sha256:0',
    argv: ['node', 'worker.js'],
    environment: { HOME: '/tmp' },
    cpus: 2,
    scratchBytes: 1e6,
  };

  test('runs one task once, on a node of its labels, with no more than it needs', () => {
    const { TaskTemplate, Mode, Labels } = serviceSpec(job, 'r1', 1, ['n3']);
    expect(Mode).toEqual({ ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } });
    expect(Labels).toMatchObject({ trapline: '1', 'trapline.run': 'r1' });
    expect(TaskTemplate).toMatchObject({
      RestartPolicy: { Condition: 'none' },
      Placement: { Constraints: ['node.platform.arch==x86_64', 'node.labels.pool==kernel', 'node.id!=n3'] },
      Resources: { Limits: { MemoryBytes: 1e9 }, Reservations: { MemoryBytes: 1e9, NanoCPUs: 1e9 } },
      ContainerSpec: { User: '1000:1000', ReadOnly: true, CapabilityDrop: ['ALL'] },
    });
  });

  test('that has a device is root without capabilities, and sees that device alone', () => {
    const { TaskTemplate } = serviceSpec({ ...job, device: '/dev/kvm' }, 'r1', 1, []);
    expect(TaskTemplate).toMatchObject({
      ContainerSpec: {
        User: '0:0',
        CapabilityDrop: ['ALL'],
        Mounts: [{ Target: '/tmp' }, { Type: 'bind', Source: '/dev/kvm', Target: '/dev/kvm' }],
      },
    });
  });
});

describe('a manager', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  let asked = 0;
  let answers = true;
  /** The engine of a manager that answers as long as `answers` is true. */
  function engine(swarm: object): Engine {
    const listed = async <T>(list: T): Promise<T> => {
      asked++;
      if (!answers) throw new Error('connect ECONNREFUSED');
      return list;
    };
    const docker = {
      info: async () => ({ Swarm: swarm }),
      listNodes: () => listed([ready]),
      listTasks: () => listed([{ ID: 't1', ServiceID: 's1', Status: { State: 'running' } }]),
    };
    const known = { address: 'unix:///a', processor: 'x64', cpus: 1, memoryBytes: 1 };
    return { ...known, docker: docker as unknown as Engine['docker'] };
  }

  test('is what is asked for', async () => {
    const worker = { ControlAvailable: false, LocalNodeState: 'active' };
    await expect(Swarm.of(engine(worker))).rejects.toMatchObject({
      name: 'no-swarm-manager',
      what: 'the engine at unix:///a is no manager of a swarm (its swarm is active)',
      remedy: expect.stringContaining('docker swarm init'),
    });
  });

  test('is asked once a second, and waited for when it does not answer; not for ever', async () => {
    const swarm = await Swarm.of(engine({ ControlAvailable: true, NodeID: 'n1' }));
    asked = 0;
    const [seen] = await Promise.all([swarm.look(), swarm.look(), swarm.look()]);
    expect(asked).toBe(2);
    expect(seen).toMatchObject({
      nodes: [{ id: 'n1' }],
      tasks: [{ service: 's1', node: undefined, state: 'running' }],
    });
    answers = false;
    vi.advanceTimersByTime(20_000);
    expect(await swarm.look()).toEqual(seen);
    vi.advanceTimersByTime(20_000);
    await expect(swarm.look()).rejects.toMatchObject({ name: 'docker-engine-lost' });
  });
});
