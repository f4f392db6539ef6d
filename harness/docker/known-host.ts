// SPDX-License-Identifier: MIT
// DOCKER_HOST=ssh://…: is it the host that it says it is? The library takes any key unless it is asked; ssh's own list
// of known hosts decides, as it does for ssh.
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { infrastructureFailure } from '../outcome/failure.ts';

/** Keys that known_hosts has of a host, in base64. */
function knownKeys(host: string): string[] {
  try {
    const list = path.join(homedir(), '.ssh/known_hosts');
    const found = execFileSync('ssh-keygen', ['-F', host, '-f', list], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return found
      .split('\n')
      .filter((line) => !line.startsWith('#') && !line.startsWith('@revoked'))
      .map((line) => line.split(' ')[2] ?? '');
  } catch {
    // It ends with 1 when it knows none; without ssh there is no list.
    return [];
  }
}

/** What to give ssh2 for an address, and what to say when it refused the host. */
export interface HostCheck {
  readonly hostVerifier: (key: Buffer) => boolean;
  refusal(): Error | undefined;
}

/** Undefined for an address that is not ssh's. */
export function hostCheck(address: string): HostCheck | undefined {
  if (!address.startsWith('ssh://')) return undefined;
  // The library's own URLs of such a connection are no valid ones, and Node would warn of each.
  process.noDeprecation = true;
  const { hostname, port } = new URL(address);
  const host = port === '' || port === '22' ? hostname : `[${hostname}]:${port}`;
  let refused = false;
  return {
    hostVerifier: (key) => {
      refused = !knownKeys(host).includes(key.toString('base64'));
      return !refused;
    },
    refusal: () =>
      refused
        ? infrastructureFailure(
            'unknown-docker-host',
            `the key that ${host} shows is not the one of ~/.ssh/known_hosts`,
            `Connect to it once with ssh and compare its fingerprint: ssh ${port === '' ? '' : `-p ${port} `}${hostname}`,
          )
        : undefined,
  };
}
