// SPDX-License-Identifier: MIT
// What runs a cell on a node of a swarm: a program of its own (bundled as dist/worker.js), sent there with the cell.
//   node worker.js FOLDER      the cell's files are in FOLDER; what came of it goes to stdout (run/cell-answer.ts)
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSelfTest } from './machine/selftest.ts';
import { Failure, infrastructureFailure } from './outcome/failure.ts';
import { runCell } from './run/cell.ts';
import { type Answer, answerText } from './swarm/cell-answer.ts';
import { cellFrom } from './swarm/cell-order.ts';

/** That the answer waits to be fetched. */
const REMOVAL_SECONDS = 120;

async function work(order: string, folder: string): Promise<Answer> {
  const { cell, selfTest } = cellFrom(order);
  try {
    if (selfTest !== undefined) {
      const { passed, seen } = await runSelfTest(cell.architecture, 'kvm', { image: selfTest });
      if (!passed) {
        throw infrastructureFailure(
          'kvm-not-usable',
          `KVM on node ${process.env.TRAPLINE_NODE} failed the debug-register self-test: ${seen}`,
          'Its engine has to give services /dev/kvm; take the label trapline.kvm from it, or --accel tcg',
        );
      }
    }
    return { evidence: await runCell({ ...cell, folder, progress: () => {} }) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

const folder = path.join(tmpdir(), 'results');
mkdirSync(folder, { recursive: true });
// A stop is an end at once: the guest dies with us, and a cell that was not run to its end counts for nothing.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
process.stdout.write(await answerText(await work(process.argv[2] ?? '', folder), folder));
// Whoever reads it ends the job then, and with the job goes its container. Nobody may come.
await sleep(REMOVAL_SECONDS * 1000);
