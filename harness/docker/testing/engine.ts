// SPDX-License-Identifier: MIT
// For the tests: a Docker engine of their own, so that one can be ended in the middle without harm to anybody's.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Engine } from '../engine.ts';

/** Processes whose command line names `folder`: the engine, its containerd, their shims. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false;
      }
    })
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

/** Processes that live in the containers of those shims: their children, and what came of them. */
function below(parents: readonly number[]): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return parents.includes(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      } catch {
        return false;
      }
    });
  return children.length === 0 ? [] : [...children, ...below(children)];
}

const kill = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
};

export interface EngineSetting {
  /** Network namespace and name of the host that it is to be on; by default it is on this machine. */
  readonly host?: { readonly namespace: string; readonly name: string };
  /** HOST:PORT of a registry without TLS. */
  readonly registry?: string;
}

/** The command line by which a program is on another host: not by `ip netns exec`, which hides the control groups. */
function onHost({ host }: EngineSetting, command: readonly string[]): string[] {
  if (!host) return [...command];
  const script = 'hostname "$0" && exec "$@"';
  return [
    'nsenter',
    `--net=/run/netns/${host.namespace}`,
    'unshare',
    '--uts',
    'sh',
    '-c',
    script,
    host.name,
    ...command,
  ];
}

/** dockerd with folders and a socket of its own, and no network but the host's. */
export class OwnEngine {
  private child: ChildProcess | undefined;
  readonly folder: string;
  readonly address: string;

  /** `parent`: on a disk, for the images. */
  constructor(parent: string) {
    this.folder = mkdtempSync(path.join(parent, 'trapline-engine-'));
    this.address = `unix://${this.folder}/docker.sock`;
  }

  /** Starts it and waits until it answers; DOCKER_HOST names it from then on. */
  async start(setting: EngineSetting = {}): Promise<Engine> {
    const args = ['--iptables=false', '--bridge=none', '-H', this.address, '--data-root', `${this.folder}/data`];
    const own = ['--exec-root', `${this.folder}/exec`, '--pidfile', `${this.folder}/pid`];
    if (setting.registry !== undefined) own.push('--insecure-registry', setting.registry);
    let said = '';
    const [program = '', ...words] = onHost(setting, ['dockerd', ...args, ...own]);
    this.child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2000);
    });
    process.env.DOCKER_HOST = this.address;
    for (let attempt = 0; attempt < 300; attempt++) {
      if (this.child.exitCode !== null) throw new Error(`dockerd ended: ${said}`);
      try {
        return await connect();
      } catch {
        await sleep(200);
      }
    }
    throw new Error(`dockerd does not answer: ${said}`);
  }

  /** Ends the engine as a crash would; its containers live on until `remove`. */
  async crash(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    // Its containerd would be taken for the next engine's own, which waits for it in vain.
    kill(processesOf(`${this.folder}/exec/containerd/containerd.toml`), 'SIGKILL');
    for (const name of ['containerd.pid', 'containerd.sock']) {
      rmSync(`${this.folder}/exec/containerd/${name}`, { force: true });
    }
  }

  /** Ends it in order; it can be started again. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  /** Ends it and all of its containers at once, as when the power fails. */
  async fail(): Promise<void> {
    const left = processesOf(this.folder);
    kill([...left, ...below(left)], 'SIGKILL');
    await this.stop();
  }

  /** Ends the engine, whatever it left running, and removes its folder. */
  async remove(): Promise<void> {
    if (this.child && this.child.exitCode === null) this.child.kill('SIGTERM');
    for (let attempt = 0; attempt < 100; attempt++) {
      const left = processesOf(this.folder);
      if (left.length === 0) break;
      // In order for a while; then all at once, the containers' own processes first.
      if (attempt === 50) kill([...below(left), ...left], 'SIGKILL');
      await sleep(100);
    }
    delete process.env.DOCKER_HOST;
    for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n').reverse()) {
      const at = line.split(' ')[1];
      if (at?.startsWith(`${this.folder}/`)) execFileSync('umount', ['-l', at]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Processes of it that still live. */
  left(): number[] {
    return processesOf(this.folder);
  }
}
