// SPDX-License-Identifier: MIT
// Places in registries, and images put there. The engine carries them, with what `docker login` keeps.
import { type Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { type Credentials, credentialsFor } from './credentials.ts';
import { calling, type Engine } from './engine.ts';
import { followEvents } from './events.ts';

/** A place in a registry: HOST[:PORT]/NAME. */
export interface Repository {
  readonly name: string;
  readonly registry: string;
}

/**
 * @throws Failure `unknown-repository`: the registry has to be named, since an engine takes a public one for a name
 * without
 */
export function parseRepository(text: string): Repository {
  const [, registry] =
    /^((?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost|\[[0-9a-f:]+\])(?::\d+)?|[a-z0-9-]+:\d+)(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/i.exec(
      text,
    ) ?? [];
  if (registry === undefined) {
    throw requestFailure(
      'unknown-repository',
      `"${text}" is no repository of a registry`,
      'Name it as HOST[:PORT]/NAME, e.g. localhost:5000/kernels',
    );
  }
  return { name: text, registry };
}

export const registryFailed =
  ({ name }: Repository, what: string) =>
  (said: string): Failure =>
    infrastructureFailure(
      'registry-failed',
      `${what} ${name} failed: ${said}`,
      'See that the registry answers the engine, and what docker login keeps for it',
    );

/** Options of a call that goes to the repository's registry. */
export function authorised({ registry }: Repository): { authconfig?: Credentials } {
  const credentials = credentialsFor(registry);
  return credentials ? { authconfig: credentials } : {};
}

/**
 * Puts the engine's image `REPOSITORY:TAG` into the registry.
 * @throws Failure `registry-failed`, `docker-engine-lost`, `interrupted`
 */
export async function pushImage(
  engine: Engine,
  repository: Repository,
  tag: string,
  detail: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const image = engine.docker.getImage(`${repository.name}:${tag}`);
  const pushed = await calling('an image was pushed', () => image.push({ tag, ...authorised(repository) }));
  const failure = registryFailed(repository, 'pushing to');
  await followEvents(engine, 'pushing an image', pushed, detail, signal, failure);
}
