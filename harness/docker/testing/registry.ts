// SPDX-License-Identifier: MIT
// For the tests: a registry on loopback, from Debian's package docker-registry.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class OwnRegistry {
  private child: ChildProcess | undefined;
  readonly folder: string;
  port = 0;

  /** `address`: one of this machine's that a test made, or loopback. */
  constructor(
    parent: string,
    private readonly address = '127.0.0.1',
  ) {
    this.folder = mkdtempSync(path.join(parent, 'trapline-registry-'));
  }

  /** Starts it, and waits until it answers. Returns HOST:PORT. */
  async start(): Promise<string> {
    this.port = await freePort(this.address);
    const configuration = path.join(this.folder, 'config.yml');
    writeFileSync(
      configuration,
      `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${this.folder}/data\nhttp:\n  addr: ${this.address}:${this.port}\n`,
    );
    this.child = spawn('docker-registry', ['serve', configuration], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 100; attempt++) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`http://${this.address}:${this.port}/v2/`).catch(() => undefined);
      if (answer?.ok) return `${this.address}:${this.port}`;
      await sleep(100);
    }
    throw new Error('docker-registry does not answer');
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
