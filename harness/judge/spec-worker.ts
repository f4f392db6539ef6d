// SPDX-License-Identifier: MIT
// The process in which vitest runs the specs: its own forks, but out of reach of a terminal's Ctrl-C.
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { PoolRunnerInitializer, PoolWorker } from 'vitest/node';

/**
 * vitest's worker in a process group of its own. Ctrl-C goes to our whole group, and so does what `timeout` sends:
 * the worker would die of it in the middle of a judgement that we see to its end. It ends when we do all the same,
 * with the channel between us.
 */
export const specWorker: PoolRunnerInitializer = {
  name: 'trapline',
  createPoolWorker: ({ distPath, env, execArgv }): PoolWorker => {
    let child: ChildProcess | undefined;
    const running = (): ChildProcess => {
      if (!child) throw new Error('the worker of the specs was not started');
      return child;
    };
    return {
      name: 'trapline',
      cacheFs: true,
      start: async () => {
        child ??= fork(path.join(distPath, 'workers/forks.js'), [], {
          env,
          execArgv,
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
          serialization: 'advanced',
          detached: true,
        });
      },
      stop: async () => {
        const { exitCode, signalCode } = running();
        if (exitCode !== null || signalCode !== null) return;
        const gone = new Promise((resolve) => running().once('exit', resolve));
        // The specs have nothing to put away.
        running().kill('SIGKILL');
        await gone;
      },
      send: (message) => void running().send(message),
      on: (event, callback) => void running().on(event, callback),
      off: (event, callback) => void running().off(event, callback),
      deserialize: (message) => message,
    };
  },
};
