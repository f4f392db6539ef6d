// SPDX-License-Identifier: MIT
// The builder that is a container: the branch's code runs there and nowhere else. The workspace's tree here stays as
// the patches made it; a volume mirrors it and holds the objects, so that the second kernel of a pair costs no more
// than it does on the host.
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { askImage } from '../docker/ask.ts';
import { endOrphanContainers } from '../docker/clean.ts';
import { connect, type Engine } from '../docker/engine.ts';
import { builderImage, imageId } from '../docker/images.ts';
import { Sandbox } from '../docker/sandbox.ts';
import { ensureVolume, mirror, type VolumeDriver } from '../docker/volume.ts';
import { step } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { sha256 } from '../store/hash.ts';
import { type Builder, type BuildPlace, buildLimitSeconds } from './builder.ts';
import { crossPrefix, FIXED_ENVIRONMENT, kernelTools, makeArguments } from './toolchain.ts';

export interface DockerLimits {
  readonly memoryBytes: number;
  readonly processes: number;
  /** How volumes are made; by default on the engine's disk. */
  readonly volumes?: VolumeDriver;
}

const TREE = 'tree';

/** Three quarters of the engine's memory, 8 GiB at most; 256 processes and 32 more for each of its CPUs. */
function usualLimits(engine: Engine): DockerLimits {
  const most = engine.memoryBytes > 0 ? Math.floor(engine.memoryBytes * 0.75) : Number.POSITIVE_INFINITY;
  return { memoryBytes: Math.min(most, 8 * 2 ** 30), processes: 256 + 32 * engine.cpus };
}

/** What compiler and linker of the image say. @throws Failure `missing-tool` */
async function askToolchain(engine: Engine, image: string, architecture: Architecture): Promise<string> {
  const { compiler, linker } = kernelTools(architecture, engine.processor);
  const tools = [compiler, linker];
  const said = await askImage(
    engine,
    image,
    tools.map((tool) => [tool, '--version']),
  );
  const missing = tools.find((_, index) => said[index] === undefined);
  if (missing === undefined) return said.map((text) => text?.split('\n')[0] ?? '').join('; ');
  throw infrastructureFailure(
    'missing-tool',
    `the image ${builderImage()} has no ${missing}`,
    'Make it with that architecture: ./trapline images build',
  );
}

/** @throws Failure `no-docker-engine`, `docker-image-missing` */
export async function dockerBuilder(engine?: Engine, asked?: DockerLimits): Promise<Builder> {
  const found = engine ?? (await connect('kernels are built without it by --builder host'));
  const image = await imageId(found, builderImage());
  const limits = asked ?? usualLimits(found);
  const prefixOf = (architecture: Architecture): string => crossPrefix(architecture, found.processor);
  return {
    name: 'docker',
    workspaceSuffix: `-docker-${image.replace(/^sha256:/, '').slice(0, 12)}`,
    crossPrefix: prefixOf,
    requirements: () => [],
    toolchainVersion: (architecture) => askToolchain(found, image, architecture),
    async open(workspace, architecture, subject, sink, signal, work) {
      await endOrphanContainers(found);
      const volume = `trapline-${sha256(workspace.root).slice(0, 24)}`;
      const made = await ensureVolume(found, volume, limits.volumes);
      const sandbox = await Sandbox.open(found, { ...limits, image, volume });
      const onAbort = (): void => {
        void sandbox.close();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await step(sink, subject, 'send the tree to the container', async (detail) => {
          const sent = await mirror(sandbox, workspace.tree, TREE, made, path.join(workspace.root, 'volume.json'));
          detail(`${sent} files`);
        });
        const place: BuildPlace = {
          name: `the volume ${volume}`,
          make: (targets, options) =>
            sandbox.run(['make', ...makeArguments(architecture, prefixOf(architecture), found.cpus), ...targets], {
              ...options,
              folder: `/work/${TREE}`,
              environment: FIXED_ENVIRONMENT,
              timeoutSeconds: buildLimitSeconds(),
            }),
          read: (name) => sandbox.read(path.posix.join(TREE, name)),
          write: (name, text, time) => {
            const file = { name: path.posix.basename(name), text, ...(time ? { time } : {}) };
            return sandbox.put([file], path.posix.join('/work', TREE, path.posix.dirname(name)));
          },
          take: (name, to) => sandbox.take(path.posix.join(TREE, name), to),
        };
        return await work(place);
      } catch (error) {
        throw signal.aborted ? interrupted(`building ${subject}`) : error;
      } finally {
        signal.removeEventListener('abort', onAbort);
        await sandbox.close();
      }
    },
  };
}
