// SPDX-License-Identifier: MIT
// images build, clean: what we have in a Docker engine.
import { readFileSync } from 'node:fs';
import { type Architecture, architectures as allArchitectures } from '../arch/index.ts';
import { inProject } from '../config/paths.ts';
import { clean as cleanEngine } from '../docker/clean.ts';
import { connect } from '../docker/engine.ts';
import {
  BUILDER_SUITE,
  builderImage,
  buildImage,
  emulatorImage,
  type ImageRequest,
  workerImage,
} from '../docker/images.ts';
import { requirementsOf } from '../doctor/index.ts';
import { debianMirrors } from '../kernel/index.ts';
import { chooseArchitectures, print, withSession } from './session.ts';

/** Debian's names with the versions of images/builder/versions; `newest`: without them. */
function withVersions(names: readonly string[], newest: boolean): string[] {
  const versions = new Map(
    readFileSync(inProject('images/builder/versions'), 'utf8')
      .split('\n')
      .filter((line) => /^[^#=]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line] as const),
  );
  return [...new Set(names)].sort().map((name) => (newest ? name : (versions.get(name) ?? name)));
}

/** Packages of the builder image. */
export const pinned = (architectures: readonly Architecture[], newest: boolean): string[] =>
  withVersions(
    requirementsOf(architectures, true).map((need) => need.package),
    newest,
  );

const emulators = (architectures: readonly Architecture[]): string[] => architectures.map(({ qemu }) => qemu.package);

/** Packages of the image that cells of a swarm run in. */
export const workerPackages = (architectures: readonly Architecture[], newest: boolean): string[] =>
  withVersions([...emulators(architectures), 'nodejs'], newest);

interface ImageOptions {
  arch?: string[];
  fromDebootstrap?: boolean;
  newest?: boolean;
  emulator?: string;
  worker?: boolean;
}

function imageOf({
  arch,
  newest = false,
  emulator,
  worker,
}: ImageOptions): Pick<ImageRequest, 'name' | 'suite' | 'packages'> {
  const architectures = arch ? chooseArchitectures(arch, 'all') : allArchitectures;
  const suite = BUILDER_SUITE;
  if (worker) return { name: workerImage(), suite, packages: workerPackages(architectures, newest) };
  if (emulator === undefined) return { name: builderImage(), suite, packages: pinned(architectures, newest) };
  return { name: emulatorImage(emulator), suite: emulator, packages: withVersions(emulators(architectures), true) };
}

export async function imagesBuild(options: ImageOptions): Promise<void> {
  const image = imageOf(options);
  const id = await withSession(async ({ signal, sink }) => {
    const engine = await connect();
    const fromDebootstrap = options.fromDebootstrap ?? false;
    const mirrors = fromDebootstrap ? (await debianMirrors()).archive : [];
    return buildImage(engine, { ...image, fromDebootstrap, mirrors }, sink, signal);
  });
  print(`${image.name} ${id}`);
}

export async function clean(options: { all?: boolean }): Promise<void> {
  const removed = await cleanEngine(await connect(), options.all ? 'all' : 'dead');
  print(
    `${removed.services} services, ${removed.containers} containers, ${removed.volumes} volumes, ${removed.images} images removed`,
  );
}
