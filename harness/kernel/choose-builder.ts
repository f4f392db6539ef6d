// SPDX-License-Identifier: MIT
// Which builder: the one asked for, or the host where its toolchain is complete, else a container where one can be had.
import type { Architecture } from '../arch/record.ts';
import { Failure } from '../outcome/failure.ts';
import { missingRequirements } from '../process/requirements.ts';
import type { Builder, BuilderName } from './builder.ts';
import { dockerBuilder } from './builder-docker.ts';
import { hostBuilder } from './builder-host.ts';

export type BuilderChoice = 'auto' | BuilderName;

/**
 * `auto` without a complete toolchain and without an engine that has the image is the host: what is missing there is
 * then said by whoever demands it, with the command that installs it.
 * @throws Failure `no-docker-engine`, `docker-image-missing` for `docker`
 */
export async function chooseBuilder(choice: BuilderChoice, architecture: Architecture): Promise<Builder> {
  if (choice === 'host') return hostBuilder;
  if (choice === 'docker') return dockerBuilder();
  const missing = await missingRequirements(hostBuilder.requirements(architecture));
  if (missing.length === 0) return hostBuilder;
  try {
    return await dockerBuilder();
  } catch (error) {
    if (error instanceof Failure) return hostBuilder;
    throw error;
  }
}
