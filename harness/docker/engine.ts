// SPDX-License-Identifier: MIT
// The Docker engine that DOCKER_HOST names (a socket, tcp with TLS, ssh), and what is said when it is not there.
import type Docker from 'dockerode';
import { Failure, infrastructureFailure } from '../outcome/failure.ts';
import { hostCheck } from './known-host.ts';

/** What we need to know of an engine. */
export interface Engine {
  readonly docker: Docker;
  /** As a message names it: DOCKER_HOST, or the default socket. */
  readonly address: string;
  /** Its processor in Node's words (`x64`, `arm64`, …), its CPUs, and its memory in bytes. */
  readonly processor: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** uname's machine names in Node's words; others are the same in both. */
const PROCESSORS: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  aarch64: 'arm64',
  i686: 'ia32',
  armv7l: 'arm',
  ppc64le: 'ppc64',
};

const ANSWER_SECONDS = 10;

export const engineAddress = (): string => process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';

/** First line of what went wrong, without the stack. */
export const because = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

const START_ONE = 'Start one, or name one in DOCKER_HOST';

export function noEngine(error: unknown, remedy = START_ONE): Failure {
  return infrastructureFailure(
    'no-docker-engine',
    `no Docker engine answers at ${engineAddress()} (${because(error)})`,
    remedy,
    error,
  );
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param otherwise how it goes without an engine, if it does
 * @throws Failure `no-docker-engine`, `unknown-docker-host`
 */
export async function connect(otherwise?: string): Promise<Engine> {
  const host = hostCheck(engineAddress());
  try {
    // Loaded when an engine is asked for: the worker of a swarm, a bundle of its own, never asks.
    const { default: Dockerode } = await import('dockerode');
    const docker = new Dockerode(host ? { sshOptions: { hostVerifier: host.hostVerifier } } : undefined);
    const info = (await within(ANSWER_SECONDS, docker.info())) as {
      Architecture?: string;
      NCPU?: number;
      MemTotal?: number;
    };
    const machine = info.Architecture ?? '';
    return {
      docker,
      address: engineAddress(),
      processor: PROCESSORS[machine] ?? machine,
      cpus: info.NCPU || 1,
      memoryBytes: info.MemTotal ?? 0,
    };
  } catch (error) {
    throw host?.refusal() ?? noEngine(error, otherwise === undefined ? START_ONE : `${START_ONE}; ${otherwise}`);
  }
}

/**
 * Runs a call to the engine. An answer of the engine's that is a refusal passes as it is; an engine that is gone
 * in the middle becomes a Failure `docker-engine-lost`.
 */
export async function calling<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== undefined) throw engineRefused(what, error);
    throw engineLost(what, error);
  }
}

export function engineLost(what: string, error: unknown): Failure {
  return infrastructureFailure(
    'docker-engine-lost',
    `the Docker engine at ${engineAddress()} went away while ${what} (${because(error)})`,
    'See that it runs, then run this again: what is built already is kept; ./trapline clean removes what it left',
    error,
  );
}

export function engineRefused(what: string, error: unknown): Failure {
  return infrastructureFailure(
    'docker-engine-refused',
    `the Docker engine refused while ${what}: ${because(error)}`,
    'Mend what it says, or build with --builder host',
    error,
  );
}
