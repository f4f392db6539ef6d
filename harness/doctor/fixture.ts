// SPDX-License-Identifier: MIT
// A machine for tests: PATH leads to a folder of small scripts and to nothing else.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import type { Architecture } from '../arch/record.ts';
import { DEBUGGER, SNAPSHOTS, ZSTD } from './optional.ts';
import { requirementsOf } from './requirements.ts';

export interface FakeMachine {
  /** Adds a tool, or replaces it. The script is for /bin/sh, with PATH of the real machine. */
  add(tool: string, script: string): void;
  remove(...tools: string[]): void;
  /** A Docker engine that answers. */
  startEngine(): Promise<void>;
  /** Lines that scripts have appended to $LOG. */
  log(): string[];
  dispose(): void;
}

const COMPILER = `case "$1" in
  -print-file-name=libc.a) echo /usr/lib/libc.a ;;
  -dumpfullversion | -dumpversion) echo 12.2.0 ;;
  *) cat >/dev/null ;;
esac`;

const emulator = (version: string, machines: string): string => `case "$1" in
  --version) echo "QEMU emulator version ${version} (Debian 1:${version})" ;;
  -machine) printf 'Supported machines are:\\n${machines}' ;;
esac`;

/** An emulator's script: its version and one machine. */
export const fakeEmulator = (version: string, machine: string): string => emulator(version, `${machine} a machine\\n`);

/** Everything that these architectures need is there, and the programs that only some verbs need. */
export function fakeMachine(architectures: readonly Architecture[]): FakeMachine {
  const folder = mkdtempSync(path.join(tmpdir(), 'trapline-doctor-'));
  const bin = path.join(folder, 'bin');
  const realPath = process.env.PATH ?? '/usr/bin:/bin';
  mkdirSync(bin);
  vi.stubEnv('PATH', bin);
  vi.stubEnv('TRAPLINE_CACHE', path.join(folder, 'cache'));
  vi.stubEnv('DOCKER_HOST', `unix://${path.join(folder, 'docker.sock')}`);
  const engine = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{}');
  });
  const machine: FakeMachine = {
    add(tool, script) {
      writeFileSync(
        path.join(bin, tool),
        `#!/bin/sh\nPATH='${realPath}' LOG='${folder}/log' BIN='${bin}'\n${script}\n`,
      );
      chmodSync(path.join(bin, tool), 0o755);
    },
    remove(...tools) {
      for (const tool of tools) rmSync(path.join(bin, tool));
    },
    log() {
      return readFileSync(path.join(folder, 'log'), 'utf8').trimEnd().split('\n');
    },
    startEngine: () => new Promise((resolve) => engine.listen(path.join(folder, 'docker.sock'), resolve)),
    dispose() {
      engine.close();
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    },
  };
  for (const need of requirementsOf(architectures, true)) {
    if (need.kind === 'command') machine.add(need.tool, /gcc$|^clang/.test(need.tool) ? COMPILER : 'exit 0');
  }
  for (const { tool } of [DEBUGGER, SNAPSHOTS, ZSTD]) machine.add(tool, 'exit 0');
  for (const { qemu } of architectures) machine.add(qemu.binary, fakeEmulator('7.2.22', qemu.machineName));
  return machine;
}
