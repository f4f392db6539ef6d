// SPDX-License-Identifier: MIT
// What a container is made with in which code that nobody trusts is run: no network, no privileges, not root, a root
// file system that cannot be written, memory and processes limited.
import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { UNPRIVILEGED } from './archive.ts';
import { calling, type Engine } from './engine.ts';
import { ownLabels } from './labels.ts';

export interface SandboxOptions {
  readonly image: string;
  /** Named volume mounted at /work, where everything happens; without one it is a folder in memory. */
  readonly volume?: string;
  /** Bytes. */
  readonly memoryBytes: number;
  /** Most processes and threads. */
  readonly processes: number;
  /** Most bytes of the folder in memory. Default 1 GiB. */
  readonly scratchBytes?: number;
  /** A device of the engine's machine, and the group that may use it. */
  readonly device?: { readonly path: string; readonly group: number };
}

/** Where a volume is mounted. */
export const SANDBOX_FOLDER = '/work';
/** In memory, and writable for everybody on every engine: Podman takes neither an owner nor a mode for others. */
const MEMORY_FOLDER = '/tmp';
/** Where commands run in it. */
export const folderOf = ({ volume }: SandboxOptions): string => (volume === undefined ? MEMORY_FOLDER : SANDBOX_FOLDER);

/** Did the engine say that there is none of that name? */
export const missing = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 404;

/** Makes it, and does not start it. @throws Failure `docker-image-missing`, `docker-engine-lost`, `docker-engine-refused` */
export function createContainer(engine: Engine, options: SandboxOptions): Promise<Docker.Container> {
  return calling(`a container of ${options.image} was made`, async () => {
    try {
      return await engine.docker.createContainer(description(options));
    } catch (error) {
      throw missing(error) ? imageMissing(options.image, engine.address) : error;
    }
  });
}

export function imageMissing(image: string, address: string, remedy?: string): Failure {
  return infrastructureFailure(
    'docker-image-missing',
    `the engine at ${address} has no image ${image}`,
    remedy ?? 'Make it with ./trapline images build (where no registry is reached: --from-debootstrap)',
  );
}

function description(options: SandboxOptions): Docker.ContainerCreateOptions {
  return {
    name: `trapline-${process.pid}-${randomBytes(4).toString('hex')}`,
    Image: options.image,
    // Waits for its end, and reaps: a shell's wait takes any child.
    Entrypoint: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done'],
    Cmd: [],
    User: `${UNPRIVILEGED}:${UNPRIVILEGED}`,
    WorkingDir: folderOf(options),
    Env: [`HOME=${MEMORY_FOLDER}`, 'LC_ALL=C'],
    Labels: ownLabels(),
    NetworkDisabled: true,
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Tmpfs: { [MEMORY_FOLDER]: `rw,nosuid,nodev,size=${options.scratchBytes ?? 2 ** 30}` },
      Mounts: options.volume === undefined ? [] : [{ Type: 'volume', Source: options.volume, Target: SANDBOX_FOLDER }],
      Memory: options.memoryBytes,
      // The same again for memory and swap together: no swap.
      MemorySwap: options.memoryBytes,
      PidsLimit: options.processes,
      ...(options.device
        ? {
            Devices: [
              { PathOnHost: options.device.path, PathInContainer: options.device.path, CgroupPermissions: 'rw' },
            ],
            GroupAdd: [String(options.device.group)],
          }
        : {}),
    },
  };
}
