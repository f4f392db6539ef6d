// SPDX-License-Identifier: MIT
// What killed harnesses left in the engine, and on demand everything that is ours there.
import { setTimeout as sleep } from 'node:timers/promises';
import { endJob } from './end-job.ts';
import { calling, type Engine } from './engine.ts';
import { CACHE, OURS, OWNER, ownerIsDead, ownLabels, TRANSIENT } from './labels.ts';

export interface Cleaned {
  readonly services: number;
  readonly containers: number;
  readonly volumes: number;
  readonly images: number;
}

type Which = 'dead' | 'all';

/** Seconds until the containers of services that were removed are gone from this node. */
const GONE_SECONDS = 15;
/** Labels that engines put on such a container. */
const SERVICE = 'com.docker.swarm.service.id';

/** The services of a swarm: an engine that manages none has none (503), and Podman does not know the word (404). */
async function removeServices(
  { docker }: Engine,
  wanted: (labels?: Record<string, string>) => boolean,
): Promise<number> {
  const listed = await docker.listServices({ filters: { label: [OURS] } }).catch((error) => {
    if ([404, 503].includes((error as { statusCode?: number }).statusCode ?? 0)) return [];
    throw error;
  });
  const services = listed.filter(({ Spec }) => wanted(Spec?.Labels));
  for (const { ID } of services) await endJob(docker, ID);
  const until = performance.now() + GONE_SECONDS * 1000;
  for (const { ID } of services) {
    const left = () => docker.listContainers({ all: true, filters: { label: [`${SERVICE}=${ID}`] } });
    while ((await left()).length > 0 && performance.now() < until) await sleep(500);
  }
  return services.length;
}

/** `dead`: of processes of this host that live no more; `all`: whoever made it, volumes and images too. */
export async function clean(engine: Engine, which: Which): Promise<Cleaned> {
  const filters = { label: [OURS] };
  const { docker } = engine;
  const wanted = (labels?: Record<string, string>): boolean => which === 'all' || ownerIsDead(labels?.[OWNER]);
  return calling('what is left was removed', async () => {
    const services = await removeServices(engine, wanted);
    const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels }) => wanted(Labels));
    for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
    const images = (await docker.listImages({ filters })).filter(
      ({ Labels }) => which === 'all' || (Labels?.[TRANSIENT] !== undefined && wanted(Labels)),
    );
    for (const { Id } of images) await docker.getImage(Id).remove({ force: true });
    const counted = { services, containers: containers.length, images: images.length };
    if (which !== 'all') return { ...counted, volumes: 0 };
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    for (const { Name } of volumes ?? []) await docker.getVolume(Name).remove();
    return { ...counted, volumes: volumes?.length ?? 0 };
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
