// SPDX-License-Identifier: MIT
// What only some verbs need: doctor names it, and nothing else fails for its lack.
import { because, connect, engineAddress } from '../docker/engine.ts';
import { Failure } from '../outcome/failure.ts';
import { missingRequirements, onPath, type Requirement } from '../process/requirements.ts';
import { installCommand } from './install.ts';

export const DEBUGGER: Requirement = {
  kind: 'command',
  tool: 'gdb-multiarch',
  package: 'gdb-multiarch',
  purpose: 'reproduce --gdb',
};
export const SNAPSHOTS: Requirement = {
  kind: 'command',
  tool: 'qemu-img',
  package: 'qemu-utils',
  purpose: 'reproduce --record',
};
export const ZSTD: Requirement = {
  kind: 'command',
  tool: 'zstd',
  package: 'zstd',
  purpose: 'reproduce --bundle FILE.tar.zst',
};
const ENGINE_PURPOSE = '--builder docker, --run-in docker, --engine swarm, images, kernel push and pull';

/** One thing as it was found. */
export interface OptionalFinding {
  readonly what: string;
  readonly present: boolean;
  /** What is there, or why it is not. */
  readonly found: string;
  readonly neededFor: string;
  /** What mends it when it is not there. */
  readonly remedy: string;
}

const OTHER_ENGINE = 'or name another one in DOCKER_HOST';

function engineRemedy(error: unknown): string {
  if (error instanceof Failure && error.name !== 'no-docker-engine') return error.remedy;
  // Where the engine is on another machine, no package is of help here.
  if (!engineAddress().startsWith('unix:')) return `start it there, ${OTHER_ENGINE}`;
  return `${onPath('dockerd') ? 'service docker start' : installCommand(['docker.io'])}, ${OTHER_ENGINE}`;
}

async function examineEngine(): Promise<OptionalFinding> {
  const engine = { what: 'Docker engine', neededFor: ENGINE_PURPOSE };
  try {
    const { address } = await connect();
    return { ...engine, present: true, found: `answers at ${address}`, remedy: '' };
  } catch (error) {
    const found = error instanceof Failure ? error.what : because(error);
    return { ...engine, present: false, found, remedy: engineRemedy(error) };
  }
}

async function examineTool(tool: Requirement): Promise<OptionalFinding> {
  const present = (await missingRequirements([tool])).length === 0;
  return {
    what: tool.tool,
    present,
    found: present ? 'there' : 'missing',
    neededFor: tool.purpose,
    remedy: installCommand([tool.package]),
  };
}

/** Looks at all of it side by side. An engine that does not answer is waited for some seconds. */
export const examineOptional = (): Promise<OptionalFinding[]> =>
  Promise.all([examineTool(DEBUGGER), examineTool(SNAPSHOTS), examineTool(ZSTD), examineEngine()]);
