// SPDX-License-Identifier: MIT
// Built kernels as images of one layer in a registry, tagged by their fingerprints: a store that several machines
// share. The engine carries them; nothing of them is ever run.
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { type Credentials, credentialsFor } from '../docker/credentials.ts';
import { calling, type Engine } from '../docker/engine.ts';
import { followEvents } from '../docker/events.ts';
import { OURS, ownLabels } from '../docker/labels.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { type Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { packKernel, takeKernels } from './kernel-archive.ts';
import type { StoredKernel } from './prune.ts';

/** A place in a registry: HOST[:PORT]/NAME. */
export interface Repository {
  readonly name: string;
  readonly registry: string;
}

/**
 * @throws Failure `unknown-repository`: the registry has to be named, since an engine takes a public one for a name
 * without
 */
export function parseRepository(text: string): Repository {
  const [, registry] =
    /^((?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost|\[[0-9a-f:]+\])(?::\d+)?|[a-z0-9-]+:\d+)(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/i.exec(
      text,
    ) ?? [];
  if (registry === undefined) {
    throw requestFailure(
      'unknown-repository',
      `"${text}" is no repository of a registry`,
      'Name it as HOST[:PORT]/NAME, e.g. localhost:5000/kernels',
    );
  }
  return { name: text, registry };
}

/** @throws Failure `no-such-kernel` for what is no whole fingerprint: a registry is asked for exact tags */
export function demandFingerprint(text: string): void {
  if (/^[0-9a-f]{64}$/.test(text)) return;
  throw requestFailure(
    'no-such-kernel',
    `"${text}" is no whole fingerprint`,
    'Give all 64 digits, or name the kernel by --arch and --kernel',
  );
}

export const notInRepository = ({ name }: Repository, fingerprints: readonly string[]): Failure =>
  infrastructureFailure(
    'not-in-registry',
    `${name} does not hold ${fingerprints.map((each) => each.slice(0, 16)).join(', ')}`,
    'Put them there from where they are built: ./trapline kernel push; or build them: ./trapline kernel build',
  );

const registryFailed =
  ({ name }: Repository, what: string) =>
  (said: string): Failure =>
    infrastructureFailure(
      'registry-failed',
      `${what} ${name} failed: ${said}`,
      'See that the registry answers the engine, and what docker login keeps for it',
    );

const notThere = (said: string): boolean => /manifest unknown|not found/i.test(said);

const authorised = (credentials: Credentials | undefined): object => (credentials ? { authconfig: credentials } : {});

/**
 * Puts stored kernels into a registry, each under its fingerprint.
 * @throws Failure `registry-failed`, `archive-refused`, `docker-engine-lost`, `interrupted`
 */
export async function pushKernels(
  engine: Engine,
  kernels: readonly StoredKernel[],
  repository: Repository,
  sink: EventSink,
  signal: AbortSignal,
): Promise<void> {
  const failure = registryFailed(repository, 'pushing to');
  await step(sink, 'kernels', `push to ${repository.name}`, async (detail) => {
    for (const kernel of kernels) {
      const tag = kernel.fingerprint;
      detail(`${kernel.architecture} ${kernel.selector}`);
      const archive = pack();
      const packed = packKernel(kernel, archive).then(
        () => archive.finalize(),
        (error) => archive.destroy(error as Error),
      );
      const changes = [`LABEL ${OURS}=1 ${OURS}.architecture=${kernel.architecture} ${OURS}.version=${kernel.version}`];
      const imported = await calling('a kernel was imported', () =>
        engine.docker.importImage(archive as unknown as string, { repo: repository.name, tag, changes } as object),
      );
      await followEvents(engine, 'importing a kernel', imported as NodeJS.ReadableStream, detail, signal, failure);
      await packed;
      const image = engine.docker.getImage(`${repository.name}:${tag}`);
      try {
        const pushed = await calling('a kernel was pushed', () =>
          image.push({ tag, ...authorised(credentialsFor(repository.registry)) }),
        );
        await followEvents(engine, 'pushing a kernel', pushed, detail, signal, failure);
      } finally {
        await image.remove({ force: true }).catch(() => {});
      }
    }
  });
}

/**
 * Fetches a kernel by its fingerprint into the store.
 * @returns whether the registry has it
 * @throws Failure `registry-failed`, `archive-refused`, `docker-engine-lost`, `interrupted`
 */
export async function pullKernel(
  engine: Engine,
  fingerprint: string,
  repository: Repository,
  sink: EventSink,
  signal: AbortSignal,
): Promise<boolean> {
  const failure = registryFailed(repository, 'pulling from');
  const reference = `${repository.name}:${fingerprint}`;
  return step(sink, 'kernels', `pull from ${repository.name}`, async (detail) => {
    detail(fingerprint.slice(0, 16));
    try {
      const pulled = await engine.docker.pull(reference, authorised(credentialsFor(repository.registry)));
      await followEvents(engine, 'pulling a kernel', pulled, detail, signal, failure);
    } catch (error) {
      const { statusCode, message } = error as { statusCode?: number; message: string };
      if (notThere(message)) return false;
      if (statusCode !== undefined) throw failure(message);
      throw error;
    }
    const image = engine.docker.getImage(reference);
    // Never started: a container is how an engine gives an image's files out.
    const container = await calling('a kernel was unpacked', () =>
      engine.docker.createContainer({
        name: `trapline-pull-${randomBytes(4).toString('hex')}`,
        Image: reference,
        Cmd: ['none'],
        Labels: ownLabels(),
        NetworkDisabled: true,
      }),
    );
    try {
      const open = (): Promise<Readable> =>
        calling('a kernel came out of an image', () =>
          container.getArchive({ path: `/${fingerprint}` }),
        ) as Promise<Readable>;
      await takeKernels(open, reference);
      return true;
    } finally {
      await container.remove({ force: true, v: true }).catch(() => {});
      await image.remove({ force: true }).catch(() => {});
    }
  });
}
