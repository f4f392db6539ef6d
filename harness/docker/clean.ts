// SPDX-License-Identifier: MIT
// What killed harnesses left in the engine, and on demand everything that is ours there.
import { calling, type Engine } from './engine.ts';
import { CACHE, OURS, OWNER, ownerIsDead, ownLabels } from './labels.ts';

export interface Cleaned {
  readonly containers: number;
  readonly volumes: number;
  readonly images: number;
}

/** `dead`: of processes of this host that live no more; `all`: whoever made it, volumes and images too. */
export async function clean(engine: Engine, which: 'dead' | 'all'): Promise<Cleaned> {
  const filters = { label: [OURS] };
  const { docker } = engine;
  return calling('what is left was removed', async () => {
    const containers = (await docker.listContainers({ all: true, filters })).filter(
      ({ Labels }) => which === 'all' || ownerIsDead(Labels[OWNER]),
    );
    for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
    if (which !== 'all') return { containers: containers.length, volumes: 0, images: 0 };
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    for (const { Name } of volumes ?? []) await docker.getVolume(Name).remove();
    const images = await docker.listImages({ filters });
    for (const { Id } of images) await docker.getImage(Id).remove({ force: true });
    return { containers: containers.length, volumes: volumes?.length ?? 0, images: images.length };
  });
}

/** Removes the containers in which dead harnesses were building for this cache. The caller holds the build lock. */
export async function endOrphanContainers(engine: Engine): Promise<void> {
  const filters = { label: [`${CACHE}=${ownLabels()[CACHE]}`] };
  await calling('what a killed build left was looked for', async () => {
    for (const { Id, Labels } of await engine.docker.listContainers({ all: true, filters })) {
      if (ownerIsDead(Labels[OWNER])) await engine.docker.getContainer(Id).remove({ force: true, v: true });
    }
  });
}
