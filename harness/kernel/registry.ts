// SPDX-License-Identifier: MIT
// Built kernels as images of one layer in a registry, tagged by their fingerprints: a store that several machines
// share. The engine carries them; nothing of them is ever run.
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { calling, type Engine } from '../docker/engine.ts';
import { followEvents } from '../docker/events.ts';
import { OURS, ownLabels } from '../docker/labels.ts';
import { authorised, pushImage, type Repository, registryFailed } from '../docker/registry.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { type Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { packKernel, takeKernels } from './kernel-archive.ts';
import type { StoredKernel } from './prune.ts';

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

const notThere = (said: string): boolean => /manifest unknown|not found/i.test(said);

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
        await pushImage(engine, repository, tag, detail, signal);
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
      const pulled = await engine.docker.pull(reference, authorised(repository));
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
