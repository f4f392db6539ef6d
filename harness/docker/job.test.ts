// SPDX-License-Identifier: MIT
// What becomes of a job when nodes die, answer too late, or never. The swarm is a fake that does what the test says.
import { beforeEach, describe, expect, test } from 'vitest';
import { type JobLimits, type Jobs, runJob } from './job.ts';
import type { Job, Snapshot, SwarmNode, SwarmTask } from './swarm.ts';

const node = (id: string, changes: Partial<SwarmNode> = {}): SwarmNode => ({
  id,
  name: `host-${id}`,
  ready: true,
  labels: {},
  cpus: 2,
  memoryBytes: 8e9,
  machine: 'x86_64',
  ...changes,
});
const job: Job = {
  image: 'localhost:5000/cells@sha256:0',
  argv: ['work'],
  environment: {},
  labels: {},
  memoryBytes: 1e9,
  machine: 'x86_64',
  cpus: 1,
  scratchBytes: 1,
};

/** What is seen of a try at each look; the last one stays. */
type Look = { nodes?: SwarmNode[]; task?: Partial<SwarmTask> };

class FakeSwarm implements Jobs {
  private looks: Look[] = [];
  readonly started: (readonly string[])[] = [];
  readonly ended: string[] = [];
  output = { stdout: Buffer.from('whole'), stderr: '', trouble: '' };

  constructor(private readonly tries: Look[][]) {}

  async start(_: Job, avoid: readonly string[]): Promise<string> {
    this.looks = [...(this.tries.shift() ?? [])];
    return `service-${this.started.push(avoid)}`;
  }

  async look(): Promise<Snapshot> {
    const look = (this.looks.length > 1 ? this.looks.shift() : this.looks[0]) ?? {};
    const service = `service-${this.started.length}`;
    const task = { id: `task-${this.started.length}`, service, node: undefined, state: 'new', said: '', ...look.task };
    return { nodes: look.nodes ?? [node('a'), node('b')], tasks: look.task ? [task] : [] };
  }

  /** Has the job said what it has to say while it runs? */
  answers = false;

  async logs({ state }: Pick<SwarmTask, 'state'>) {
    return state !== 'running' || this.answers ? this.output : { ...this.output, stdout: Buffer.alloc(0) };
  }

  async end(service: string): Promise<void> {
    this.ended.push(service);
  }
}

let warnings: string[];
let progress: string[];
let abort: AbortController;
beforeEach(() => {
  warnings = [];
  progress = [];
  abort = new AbortController();
});

const run = (swarm: Jobs, limits: Partial<JobLimits> = {}, limitSeconds = 60): Promise<string> =>
  runJob(swarm, job, {
    name: 'x86_64/with',
    limitSeconds,
    read: (stdout) => (stdout.toString() === 'whole' ? 'result' : undefined),
    signal: abort.signal,
    progress: (detail) => progress.push(detail),
    warn: (message) => warnings.push(message),
    limits: { pause: 0.001, ...limits },
  });

const pending = { task: { state: 'pending', said: 'no suitable node' } };
const running = { task: { state: 'running', node: 'a' } };
const complete = { task: { state: 'complete', node: 'a' } };
const failed = { task: { state: 'failed', node: 'a', said: 'task: non-zero exit (1)' } };

describe('a job on a swarm', () => {
  test('gives what it printed, and is removed', async () => {
    const swarm = new FakeSwarm([[{}, pending, running, complete]]);
    expect(await run(swarm)).toBe('result');
    expect(progress).toEqual(['waits for a node (no suitable node)', 'running on host-a']);
    expect(swarm.ended).toEqual(['service-1']);
    expect(warnings).toEqual([]);
  });

  test('whose node went away is tried on another one, and the first try is removed before', async () => {
    const gone = { ...running, nodes: [node('a', { ready: false }), node('b')] };
    const swarm = new FakeSwarm([[running, gone], [{ task: { state: 'complete', node: 'b' } }]]);
    expect(await run(swarm)).toBe('result');
    expect(swarm.started).toEqual([[], ['a']]);
    expect(swarm.ended).toEqual(['service-1', 'service-2']);
    expect(warnings).toEqual(['x86_64/with: node host-a went away while it was running: it is tried again (2 of 3)']);
  });

  test('that ended on a node which took its output along is tried again', async () => {
    const swarm = new FakeSwarm([[running, complete], [complete]]);
    const cut = { stdout: Buffer.from('who'), stderr: '', trouble: 'node a is not available' };
    swarm.logs = async () => (swarm.started.length === 1 ? cut : swarm.output);
    expect(await run(swarm)).toBe('result');
    expect(warnings[0]).toContain('its output is not whole (node a is not available)');
  });

  test('that has answered is ended, and not waited for', async () => {
    const swarm = new FakeSwarm([[running]]);
    swarm.answers = true;
    expect(await run(swarm)).toBe('result');
    expect(swarm.ended).toEqual(['service-1']);
  });

  test('goes on while the manager gives no output, as in a restart', async () => {
    const swarm = new FakeSwarm([[running]]);
    let asked = 0;
    swarm.logs = async () => {
      if (++asked < 5) throw new Error('connect ECONNREFUSED');
      return swarm.output;
    };
    expect(await run(swarm)).toBe('result');
    expect(swarm.started).toHaveLength(1);
  });

  test('whose output comes late is not tried again', async () => {
    const swarm = new FakeSwarm([[complete]]);
    let asked = 0;
    swarm.logs = async () => ({ stdout: Buffer.from(++asked < 3 ? '' : 'whole'), stderr: '', trouble: '' });
    expect(await run(swarm)).toBe('result');
    expect(swarm.started).toHaveLength(1);
  });

  test('that fails three times is given up, with what it said', async () => {
    const swarm = new FakeSwarm([[failed], [failed], [failed]]);
    swarm.output = { stdout: Buffer.alloc(0), stderr: 'Error: first\nError: out of luck', trouble: '' };
    await expect(run(swarm)).rejects.toMatchObject({
      kind: 'infrastructure',
      name: 'job-lost',
      what: expect.stringMatching(/x86_64\/with was tried 3 times .*host-a.*non-zero exit \(1\): Error: out of luck/),
    });
    expect(swarm.ended).toHaveLength(3);
  });

  test('whose image no node can fetch is given up under that name', async () => {
    const rejected = { task: { state: 'rejected', node: 'b', said: 'No such image: localhost:5000/cells@sha256:0' } };
    await expect(run(new FakeSwarm([[rejected], [rejected], [rejected]]))).rejects.toMatchObject({
      name: 'image-not-fetched',
      what: expect.stringContaining('node host-b cannot fetch localhost:5000/cells@sha256:0'),
    });
  });

  test('that somebody removed is tried again', async () => {
    const swarm = new FakeSwarm([[running, {}], [complete]]);
    expect(await run(swarm)).toBe('result');
    expect(warnings[0]).toContain('its service was removed by somebody');
  });

  test('that never ends is ended, once', async () => {
    const swarm = new FakeSwarm([[running]]);
    await expect(run(swarm, {}, 0.02)).rejects.toMatchObject({
      name: 'timed-out',
      what: 'x86_64/with did not end within 0.02 s on node host-a (it was running); its job was removed',
    });
    expect(swarm.ended).toEqual(['service-1']);
  });

  test('that no node can run is told, with what it needs', async () => {
    const swarm = new FakeSwarm([
      [{ ...pending, nodes: [node('a', { ready: false }), node('b', { memoryBytes: 1 })] }],
    ]);
    await expect(run(swarm, { place: 0.02 })).rejects.toMatchObject({
      name: 'no-node-fits',
      what: expect.stringMatching(/x86_64\/with: it needs 954 MiB, x86_64 \(ready: host-b\)/),
    });
  });

  test('goes back to a node that it failed on when the others went away before it began', async () => {
    const alone = { ...pending, nodes: [node('a'), node('b', { ready: false })] };
    const swarm = new FakeSwarm([[failed], [alone], [complete]]);
    expect(await run(swarm, { place: 0.02 })).toBe('result');
    expect(swarm.started[1]).toEqual(['a']);
    expect(warnings[1]).toContain('only nodes are left on which it came to nothing before: it is tried again (3 of 3)');
  });

  test('waits as long as it takes for a node that others keep busy', async () => {
    const swarm = new FakeSwarm([[...Array.from({ length: 30 }, () => pending), running, complete]]);
    expect(await run(swarm, { place: 0.01 })).toBe('result');
  });

  test('that is interrupted is removed', async () => {
    const swarm = new FakeSwarm([[running]]);
    const ended = run(swarm);
    await expect.poll(() => progress.length).toBeGreaterThan(0);
    abort.abort();
    await expect(ended).rejects.toMatchObject({ kind: 'interrupted' });
    expect(swarm.ended).toEqual(['service-1']);
  });

  test('a manager that is gone ends it', async () => {
    const swarm = new FakeSwarm([[running]]);
    swarm.look = async () => {
      throw new Error('gone');
    };
    await expect(run(swarm)).rejects.toThrow('gone');
    expect(swarm.ended).toEqual(['service-1']);
  });
});
