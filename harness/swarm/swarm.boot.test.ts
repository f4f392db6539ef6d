// SPDX-License-Identifier: MIT
// Cells on a swarm of two engines, one of which loses its power in the middle. Each is a host of its own: a network
// namespace on a bridge of the test's, which leads nowhere else.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inProject } from '../config/paths.ts';
import type { Engine } from '../docker/engine.ts';
import { workerImage } from '../docker/images.ts';
import { OwnEngine } from '../docker/testing/engine.ts';
import { OwnNetwork, type TestHost } from '../docker/testing/network.ts';
import { OwnRegistry } from '../docker/testing/registry.ts';
import { type CellReport, type RunReport, runReportSchema } from '../outcome/report.ts';

const disk = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
const scratch = mkdtempSync(path.join(disk, 'trapline-swarm-'));
const network = new OwnNetwork('10.213.7');
const registry = new OwnRegistry(disk, network.address);
const first = new OwnEngine(disk);
const second = new OwnEngine(disk);
let manager: Engine;
let repository: string;

interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Starts ./trapline; `child` can be sent a signal. */
function trapline(...args: string[]) {
  let settle: (ran: Ran) => void = () => {};
  const ended = new Promise<Ran>((resolve) => {
    settle = resolve;
  });
  const child = execFile(
    inProject('trapline'),
    args,
    { cwd: scratch, maxBuffer: 64 << 20 },
    (error, stdout, stderr) => {
      const status = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      settle({ status, output: stdout + stderr });
    },
  );
  return { child, ended };
}

const folderOf = (name: string): string => path.join(scratch, name);
const reportOf = (name: string): RunReport =>
  runReportSchema.parse(JSON.parse(readFileSync(path.join(folderOf(name), 'report.json'), 'utf8')));

/** Two architectures, with and without the feature: four cells. */
const CELLS = ['--arch', 'x86_64,arm64', '--clause', '2.1,4.1,5.2'];
const onSwarm = (name: string, ...more: string[]) =>
  trapline('run', ...CELLS, '--engine', 'swarm', '--registry', repository, '--out', folderOf(name), ...more);

/** A cell's report without what differs between any two runs: times, and what probes saw. */
const comparable = ({ boot, seconds: _, control: __, clauses, ...rest }: CellReport) => ({
  ...rest,
  boot: boot.outcome,
  clauses: clauses.map(({ observed, seconds, ...clause }) => ({ ...clause, recorded: Object.keys(observed).sort() })),
});

interface Task {
  readonly NodeID?: string;
  readonly Status: { readonly State: string };
}
/** @param node its id; undefined: any */
const running = async (node?: string): Promise<number> =>
  ((await manager.docker.listTasks()) as Task[]).filter(
    ({ NodeID, Status }) => (node === undefined || NodeID === node) && Status.State === 'running',
  ).length;

async function eventually(what: () => Promise<boolean>): Promise<void> {
  await expect.poll(what, { timeout: 300_000, interval: 200 }).toBe(true);
}

/** What we made in the manager's engine, beside the image of workers and its base. */
async function leftovers(): Promise<string[]> {
  const services = await manager.docker.listServices();
  const containers = await manager.docker.listContainers({ all: true });
  const images = await manager.docker.listImages();
  const made = images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  return [
    ...services.map(({ Spec }) => Spec?.Name ?? 'a service'),
    ...containers.map(({ Names }) => Names[0] ?? 'a container'),
    ...made.filter((name) => name.includes('cell')),
  ];
}

async function join(host: TestHost): Promise<void> {
  const address = network.address;
  const worker = await second.start({ host: { ...host, name: 'second' }, registry: `${address}:${registry.port}` });
  const { JoinTokens } = await manager.docker.swarmInspect();
  const listening = { AdvertiseAddr: host.address, ListenAddr: host.address };
  const [manages] = await manager.docker.listNodes();
  const remote = `${manages.Status.Addr}:2377`;
  await worker.docker.swarmJoin({ ...listening, RemoteAddrs: [remote], JoinToken: JoinTokens.Worker });
}

const nodeNamed = async (name: string): Promise<string> =>
  (await manager.docker.listNodes()).find(({ Description }) => Description.Hostname === name)?.ID ?? '';

beforeAll(async () => {
  // On this machine's own network first: Debian's packages are fetched.
  await first.start();
  const made = await trapline('images', 'build', '--worker', '--arch', 'x86_64,arm64', '--from-debootstrap').ended;
  expect(made.status, made.output).toBe(0);
  await first.stop();
  // Before, so that no test waits for it.
  const built = await trapline('kernel', 'build', '--arch', 'x86_64,arm64').ended;
  expect(built.status, built.output).toBe(0);
  const at = await registry.start();
  repository = `${at}/trapline/cells`;
  const [one, two] = [network.add(), network.add()];
  manager = await first.start({ host: { ...one, name: 'first' }, registry: at });
  // A node counts as gone after three heartbeats.
  const Spec = { Dispatcher: { HeartbeatPeriod: 2e9 } };
  await manager.docker.swarmInit({ AdvertiseAddr: one.address, ListenAddr: one.address, Spec });
  await join(two);
  process.env.DOCKER_HOST = first.address;
});
afterAll(async () => {
  await second.remove();
  await first.remove();
  await registry.remove();
  network.remove();
  rmSync(scratch, { recursive: true, force: true });
  expect([...first.left(), ...second.left()]).toEqual([]);
});

describe('a swarm of two nodes', () => {
  test('what cannot be done is told before anything is', async () => {
    const args = ['run', ...CELLS, '--engine', 'swarm'];
    const [bare, nowhere] = [trapline(...args), trapline(...args, '--registry', repository, '--place', 'pool=none')];
    expect(await bare.ended).toMatchObject({ status: 2, output: expect.stringMatching(/first, second.*--registry/) });
    expect(await nowhere.ended).toMatchObject({
      status: 3,
      output: expect.stringMatching(
        /no node of the swarm can run any cell: .*label pool=none \(ready: first, second\)/,
      ),
    });
    expect(existsSync(path.join(scratch, 'results'))).toBe(false);
  });

  test('two runs of one cell have an image each', async () => {
    const short = ['--arch', 'x86_64', '--kernel', 'with', '--clause', '4.1'];
    const ask = ['--engine', 'swarm', '--registry', repository];
    const both = ['twin-1', 'twin-2'].map((name) => trapline('run', ...short, ...ask, '--out', folderOf(name)));
    for (const { ended } of both) {
      const { status, output } = await ended;
      expect(status, output).toBe(0);
    }
    await eventually(async () => (await leftovers()).length === 0);
    // A task is running until its node has said that it is not; what comes next asks for its own.
    await eventually(async () => (await running()) === 0);
  });

  test('Ctrl-C leaves nothing', async () => {
    const { child, ended } = onSwarm('interrupted');
    await eventually(async () => (await running()) > 0);
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    await eventually(async () => (await leftovers()).length === 0);
    const verdicts = reportOf('interrupted').cells.flatMap(({ clauses }) => clauses.map(({ verdict }) => verdict));
    expect(new Set(verdicts)).toEqual(new Set(['not-run']));
  });

  test('one loses its power: nothing is lost, nothing is counted twice, and the run is as a local one', async () => {
    const { ended } = onSwarm('swarm');
    const node = await nodeNamed('second');
    await eventually(async () => (await running(node)) > 0);
    await second.fail();
    const { status, output } = await ended;
    expect(output).toMatch(/node second went away while it was \w+: it is tried again \(2 of 3\)/);
    expect(status, output).toBe(0);
    await eventually(async () => (await leftovers()).length === 0);

    const place = ['--run-in', `docker:${workerImage()}`];
    const local = await trapline('run', ...CELLS, ...place, '--out', folderOf('local')).ended;
    expect(local.status, local.output).toBe(0);
    const [ours, theirs] = [reportOf('swarm'), reportOf('local')];
    expect(ours.cells.map(comparable)).toEqual(theirs.cells.map(comparable));
    expect(ours.summary).toEqual(theirs.summary);
    expect(ours.cells).toHaveLength(4);
    for (const { folder, machines } of ours.cells) {
      const [there, here] = [path.join(folderOf('swarm'), folder), path.join(folderOf('local'), folder)];
      expect(readdirSync(there).sort()).toEqual(readdirSync(here).sort());
      for (const name of ['qemu.argv', 'fingerprints.json', 'kernel.config']) {
        expect(readFileSync(path.join(there, name), 'utf8'), name).toBe(readFileSync(path.join(here, name), 'utf8'));
      }
      // One boot after another: no records of a try that was lost.
      const lines = readFileSync(path.join(there, 'observations.jsonl'), 'utf8').split('\n');
      const boots = lines.filter((line) => line.startsWith('{"record":"machine"'));
      expect(boots.map((line) => JSON.parse(line).number)).toEqual(Array.from({ length: machines }, (_, n) => n + 1));
    }
  });

  test('what a killed run left is removed by clean', async () => {
    const { child, ended } = onSwarm('killed', '--kernel', 'with');
    const node = await nodeNamed('first');
    await eventually(async () => (await running(node)) > 0);
    child.kill('SIGKILL');
    await ended;
    expect(await leftovers()).not.toEqual([]);
    expect((await trapline('clean').ended).output).toMatch(/^[12] services, /);
    await eventually(async () => (await leftovers()).length === 0);
  });
});
