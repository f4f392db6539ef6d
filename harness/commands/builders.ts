// SPDX-License-Identifier: MIT
// Which builder each architecture has, and that this machine has what it needs for that.
import type { Architecture } from '../arch/index.ts';
import { demandPackages } from '../doctor/index.ts';
import { type Builder, type BuilderChoice, chooseBuilder } from '../kernel/index.ts';
import type { EventSink } from '../outcome/events.ts';
import { type EmulatorOptions, runsHere } from './emulators.ts';

/**
 * Chooses the builders and demands the packages: a container needs none of the kernel's on this machine.
 * @throws Failure `missing-packages`, `install-failed`; `no-docker-engine`, `docker-image-missing` for `docker`
 */
export async function demandBuilders(
  architectures: readonly Architecture[],
  options: EmulatorOptions & { builder?: BuilderChoice; install?: boolean },
  sink: EventSink,
): Promise<(architecture: Architecture) => Builder> {
  const install = options.install ?? false;
  const emulators = runsHere(options);
  const asked = options.builder ?? 'auto';
  // Who lets packages be installed wants the host's own toolchain.
  const choice = install && asked === 'auto' ? 'host' : asked;
  const chosen = new Map<string, Builder>();
  for (const architecture of architectures) chosen.set(architecture.name, await chooseBuilder(choice, architecture));
  const builderOf = (architecture: Architecture): Builder => {
    const builder = chosen.get(architecture.name);
    if (!builder) throw new Error(`no builder was chosen for ${architecture.name}`);
    return builder;
  };
  for (const build of [true, false]) {
    const concerned = architectures.filter((one) => (builderOf(one).name === 'host') === build);
    if (concerned.length > 0) await demandPackages(concerned, { install, build, emulators }, sink);
  }
  return builderOf;
}
