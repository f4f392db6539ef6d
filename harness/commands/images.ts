// SPDX-License-Identifier: MIT
// images build, clean: what we have in a Docker engine.
import { readFileSync } from 'node:fs';
import { type Architecture, architectures as allArchitectures } from '../arch/index.ts';
import { inProject } from '../config/paths.ts';
import { clean as cleanEngine } from '../docker/clean.ts';
import { connect } from '../docker/engine.ts';
import { BUILDER_SUITE, builderImage, buildImage, emulatorImage } from '../docker/images.ts';
import { requirementsOf } from '../doctor/index.ts';
import { debianMirrors } from '../kernel/index.ts';
import { chooseArchitectures, print, withSession } from './session.ts';

/** Debian's names with the versions of images/builder/versions; `newest`: without them. */
export function pinned(architectures: readonly Architecture[], newest: boolean): string[] {
  const versions = new Map(
    readFileSync(inProject('images/builder/versions'), 'utf8')
      .split('\n')
      .filter((line) => /^[^#=]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line] as const),
  );
  const names = [...new Set(requirementsOf(architectures, true).map((need) => need.package))].sort();
  return names.map((name) => (newest ? name : (versions.get(name) ?? name)));
}

export async function imagesBuild(options: {
  arch?: string[];
  fromDebootstrap?: boolean;
  newest?: boolean;
  emulator?: string;
}): Promise<void> {
  const architectures = options.arch ? chooseArchitectures(options.arch, 'all') : allArchitectures;
  const suite = options.emulator ?? BUILDER_SUITE;
  const name = options.emulator === undefined ? builderImage() : emulatorImage(suite);
  const packages =
    options.emulator === undefined
      ? pinned(architectures, options.newest ?? false)
      : [...new Set(architectures.map(({ qemu }) => qemu.package))].sort();
  const id = await withSession(async ({ signal, sink }) => {
    const engine = await connect();
    const fromDebootstrap = options.fromDebootstrap ?? false;
    const mirrors = fromDebootstrap ? (await debianMirrors()).archive : [];
    return buildImage(engine, { name, suite, packages, fromDebootstrap, mirrors }, sink, signal);
  });
  print(`${name} ${id}`);
}

export async function clean(options: { all?: boolean }): Promise<void> {
  const removed = await cleanEngine(await connect(), options.all ? 'all' : 'dead');
  print(`${removed.containers} containers, ${removed.volumes} volumes, ${removed.images} images removed`);
}
