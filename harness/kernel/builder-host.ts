// SPDX-License-Identifier: MIT
// The builder that is this machine: make in the workspace's own tree.
import { copyFileSync, lstatSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot } from '../config/paths.ts';
import { runCommand } from '../process/command.ts';
import { type Builder, type BuildPlace, buildLimitSeconds } from './builder.ts';
import {
  artifactRefused,
  BUILD_MARK,
  buildEnvironment,
  crossPrefix,
  kernelBuildRequirements,
  makeArguments,
  toolchainVersion,
} from './toolchain.ts';
import { unpackedCompiler } from './unpacked-compiler.ts';

/** Ends processes that a killed harness left building in this cache. Only the holder of the lock may call it. */
export async function endOrphans(): Promise<void> {
  const mark = Buffer.from(`${BUILD_MARK}=${cacheRoot()}\0`);
  const orphans = (): number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`).includes(mark);
        } catch {
          return false;
        }
      })
      .map(Number)
      .filter((pid) => pid !== process.pid);
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = orphans();
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await sleep(100);
  }
}

export const hostBuilder: Builder = {
  name: 'host',
  workspaceSuffix: '',
  crossPrefix,
  requirements: kernelBuildRequirements,
  toolchainVersion,
  open: async (workspace, architecture, _subject, sink, signal, work) => {
    const compiler = await unpackedCompiler(architecture, sink, signal);
    const own = compiler === undefined ? [] : [`CC=${compiler}`];
    const at = (name: string): string => path.join(workspace.tree, name);
    const place: BuildPlace = {
      name: workspace.tree,
      make: (targets, options) =>
        runCommand('make', [...makeArguments(architecture, crossPrefix(architecture)), ...own, ...targets], {
          ...options,
          cwd: workspace.tree,
          env: buildEnvironment(),
          timeoutSeconds: buildLimitSeconds(),
        }),
      read: async (name) => {
        const stat = lstatSync(at(name), { throwIfNoEntry: false });
        return stat?.isFile() ? { text: readFileSync(at(name), 'utf8'), time: stat.mtime } : undefined;
      },
      write: async (name, text, time) => {
        writeFileSync(at(name), text);
        if (time) utimesSync(at(name), time, time);
      },
      take: async (name, to) => {
        // A link could lead anywhere; what a kernel is made of is a plain file.
        if (!lstatSync(at(name), { throwIfNoEntry: false })?.isFile()) throw artifactRefused(name, 'no plain file');
        copyFileSync(at(name), to);
      },
    };
    return work(place);
  },
};
