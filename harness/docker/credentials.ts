// SPDX-License-Identifier: MIT
// Who we are to a registry: what `docker login` keeps in its configuration file. Credential helpers are not asked.
import { homedir } from 'node:os';
import path from 'node:path';
import { readJson } from '../store/hash.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

interface Configuration {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
}

/** @param registry HOST or HOST:PORT */
export function credentialsFor(registry: string): Credentials | undefined {
  const folder = process.env.DOCKER_CONFIG ?? path.join(homedir(), '.docker');
  const auth = readJson<Configuration>(path.join(folder, 'config.json'))?.auths?.[registry]?.auth;
  if (auth === undefined) return undefined;
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, 'base64').toString('utf8')) ?? [];
  return username === undefined || password === undefined ? undefined : { username, password, serveraddress: registry };
}
