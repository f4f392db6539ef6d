// SPDX-License-Identifier: MIT
// The builder image: every cross compiler and QEMU, on Debian 13. Its context is packed here, and each event of the
// engine's build stream is looked at: an error there is an error.
import { createReadStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { withScratch } from '../store/temporary.ts';
import { type ArchiveFile, archiveOf } from './archive.ts';
import { calling, type Engine } from './engine.ts';
import { followEvents } from './events.ts';
import { OURS, ownLabels, TRANSIENT } from './labels.ts';
import { imageMissing, missing } from './sandbox-container.ts';

/** Name of the image that builds run in; TRAPLINE_BUILDER_IMAGE names another. */
export const builderImage = (): string => process.env.TRAPLINE_BUILDER_IMAGE ?? 'trapline-builder';

/** Debian's release in the builder image: images/builder/versions has its packages. */
export const BUILDER_SUITE = 'trixie';

/** Name of the image that cells of a swarm run in: QEMU and Node.js; TRAPLINE_WORKER_IMAGE names another. */
export const workerImage = (): string => process.env.TRAPLINE_WORKER_IMAGE ?? 'trapline-worker';

/** Name of an image that has QEMU alone, of one of Debian's releases. */
export const emulatorImage = (suite: string): string => `trapline-emulator-${suite}`;

const baseWithoutRegistry = (suite: string): string => `trapline-base-${suite}`;

/** How the image of workers is made. */
export const WORKER_REMEDY =
  'Make it with ./trapline images build --worker (where no registry is reached: --from-debootstrap)';

/**
 * Content hash of an image, `sha256:…`.
 * @param remedy how it is made, for one that is missing
 * @throws Failure `docker-image-missing`, `docker-engine-lost`
 */
export async function imageId(engine: Engine, name: string, remedy?: string): Promise<string> {
  return calling(`the image ${name} was looked up`, async () => {
    try {
      return (await engine.docker.getImage(name).inspect()).Id;
    } catch (error) {
      if (missing(error)) throw imageMissing(name, engine.address, remedy);
      throw error;
    }
  });
}

const WITHOUT_REGISTRY = 'Without a registry: ./trapline images build --from-debootstrap';

const imageFailed =
  (what: string, remedy: string) =>
  (said: string): Failure =>
    infrastructureFailure('docker-image-failed', `${what} failed: ${said}`, remedy);

export interface ImageRequest {
  /** Name of the image. */
  readonly name: string;
  /** Debian's release in it. */
  readonly suite: string;
  /** Debian packages with their pinned versions, `name=version`, and names that are not pinned. */
  readonly packages: readonly string[];
  /** Make the base from Debian's packages instead of taking it from a registry. */
  readonly fromDebootstrap: boolean;
  /** Mirrors of Debian's archive that this machine uses; read from apt's own configuration. */
  readonly mirrors: readonly string[];
}

/**
 * Debian's base system by mmdebstrap, imported into the engine: no registry is asked. By way of a file, since an
 * engine cuts off a request whose body has not begun after five minutes, which a busy machine needs.
 */
async function importBase(engine: Engine, { suite, mirrors }: ImageRequest, sink: EventSink, signal: AbortSignal) {
  const failure = imageFailed('importing the base', WITHOUT_REGISTRY);
  await step(sink, 'images', `make Debian's base (${suite})`, (detail) =>
    withScratch(async (scratch) => {
      const file = path.join(scratch, 'base.tar');
      const args = ['--mode=root', '--variant=minbase', '--include=ca-certificates', suite, file, ...mirrors];
      const onLine = (line: string): void => detail(line.trim().slice(0, 100));
      const { exitCode, tail } = await runCommand('mmdebstrap', args, { signal, onLine });
      if (exitCode !== 0) {
        throw infrastructureFailure(
          'docker-image-failed',
          `mmdebstrap ended with ${exitCode}: ${tail.trimEnd().split('\n').at(-1) ?? ''}`,
          'Run it as root, and see that apt reaches its mirror',
        );
      }
      const changes = [`LABEL ${OURS}=1`];
      const stream = await calling('the base was imported', () =>
        engine.docker.importImage(
          createReadStream(file) as unknown as string,
          { repo: baseWithoutRegistry(suite), changes } as object,
        ),
      );
      await followEvents(engine, 'importing the base', stream as NodeJS.ReadableStream, detail, signal, failure);
    }),
  );
}

/**
 * Builds the image and tags it. @returns its content hash
 * @throws Failure `docker-image-failed`, `docker-engine-lost`, `interrupted`
 */
export async function buildImage(
  engine: Engine,
  request: ImageRequest,
  sink: EventSink,
  signal: AbortSignal,
): Promise<string> {
  const { name, suite } = request;
  if (request.fromDebootstrap) await importBase(engine, request, sink, signal);
  const context = [
    { name: 'Dockerfile', text: readFileSync(inProject('images/builder/Dockerfile'), 'utf8') },
    { name: 'packages', text: `${request.packages.join('\n')}\n` },
  ];
  const options = {
    labels: ownLabels(),
    // The packages come from Debian's archive; an engine without a bridge has no other network.
    networkmode: 'host',
    buildargs: { BASE: request.fromDebootstrap ? baseWithoutRegistry(suite) : `debian:${suite}-slim` },
  };
  return step(sink, 'images', `build ${name}`, (detail) =>
    buildFrom(engine, name, context, detail, signal, options, WITHOUT_REGISTRY),
  );
}

async function buildFrom(
  engine: Engine,
  name: string,
  context: readonly ArchiveFile[],
  detail: (text: string) => void,
  signal: AbortSignal,
  options: object,
  remedy: string,
): Promise<string> {
  const stream = await calling('an image was built', () =>
    engine.docker.buildImage(archiveOf(context), { t: name, forcerm: true, ...options }),
  );
  const what = `building ${name}`;
  await followEvents(engine, what, stream, detail, signal, imageFailed(what, remedy));
  return imageId(engine, name);
}

/**
 * Makes an image of one layer on top of another, with files in the folder `/NAME`. @returns its content hash
 * @param files their names begin with the folder's
 * @throws Failure `docker-image-failed`, `docker-engine-lost`, `interrupted`
 */
export async function layerImage(
  engine: Engine,
  name: string,
  base: string,
  folder: string,
  files: readonly ArchiveFile[],
  detail: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const dockerfile = { name: 'Dockerfile', text: `FROM ${base}\nCOPY ${folder} /${folder}\n` };
  const options = { labels: { ...ownLabels(), [TRANSIENT]: '1' }, networkmode: 'none' };
  const remedy = 'See the engine: is its disk full? docker system df';
  return buildFrom(engine, name, [dockerfile, ...files], detail, signal, options, remedy);
}
