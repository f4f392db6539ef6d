// SPDX-License-Identifier: MIT
// How cells get to the nodes of a swarm: as images, which are made here, and taken away at the end.
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Engine } from '../docker/engine.ts';
import { layerImage } from '../docker/images.ts';
import { OWNER, ownedByAnother } from '../docker/labels.ts';
import { authorised, pushImage, type Repository } from '../docker/registry.ts';
import type { CellPlace } from '../run/engine.ts';
import { sha256Json } from '../store/hash.ts';
import { ORDER_FOLDER, type Ordered } from './cell-order.ts';

/** Images made and pushed side by side. */
const DELIVERIES = 2;
/** Seconds until the containers of jobs that were removed are gone from this node. */
const GONE_SECONDS = 15;

/** Makes the images of cells, and takes them away from this engine at the end. */
export class Deliveries {
  private readonly limit = pLimit(DELIVERIES);
  private readonly made = new Set<string>();

  constructor(
    private readonly engine: Engine,
    private readonly worker: { readonly name: string; readonly id: string },
    private readonly repository: Repository | undefined,
  ) {}

  /** Returns the reference by which nodes find it: a digest in the registry, or an id. */
  deliver(ordered: Ordered, { progress, signal }: CellPlace): Promise<string> {
    return this.limit(async () => {
      const tag = `cell-${sha256Json([this.worker.id, ordered.sha256]).slice(0, 32)}`;
      const { engine, repository } = this;
      const name = `${repository?.name ?? 'trapline-cell'}:${tag}`;
      const there = repository && (await this.digestOf(name, repository));
      if (repository && there) return this.noted(`${repository.name}@${there}`);
      progress('makes its image');
      this.noted(name);
      const id = await layerImage(engine, name, this.worker.name, ORDER_FOLDER, ordered.files, () => {}, signal);
      // By its id too: another run of the same cell gives the name to its own image, which has other labels.
      this.noted(id);
      if (!repository) return id;
      await pushImage(engine, repository, tag, progress, signal);
      // The registry is asked, not the engine: there another run of the same cell may have given the name away again.
      const digest = await this.digestOf(name, repository);
      if (!digest) throw new Error(`${name} was pushed and has no digest`);
      return this.noted(`${repository.name}@${digest}`);
    });
  }

  /** This engine may have it, as the one that made it or as a node. */
  private noted(reference: string): string {
    this.made.add(reference);
    return reference;
  }

  private async digestOf(name: string, repository: Repository): Promise<string | undefined> {
    try {
      const found = await this.engine.docker.getImage(name).distribution(authorised(repository));
      return (found as { Descriptor?: { digest?: string } }).Descriptor?.digest;
    } catch {
      // Not there, or no answer: pushing it will say what is wrong.
      return undefined;
    }
  }

  async close(): Promise<void> {
    const until = performance.now() + GONE_SECONDS * 1000;
    for (const reference of this.made) {
      // A container of a job that was removed may still be ending; by the name only the name would be removed then.
      while (!(await this.removed(reference)) && performance.now() < until) await sleep(500);
      this.made.delete(reference);
    }
  }

  /** True, too, when there is nothing to remove, or nobody to ask, or another run of this host has it. */
  private async removed(reference: string): Promise<boolean> {
    const { docker } = this.engine;
    try {
      const { Id, Config } = await docker.getImage(reference).inspect();
      if (ownedByAnother(Config.Labels?.[OWNER])) return true;
      await docker.getImage(Id).remove({ force: true });
      return true;
    } catch (error) {
      return (error as { statusCode?: number }).statusCode !== 409;
    }
  }
}
