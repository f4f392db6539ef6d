// SPDX-License-Identifier: MIT
// Guests that are up and can be reached by ssh: each has a folder in the cache, for nobody but this user, with what it
// takes to get in. A folder whose trapline is gone is removed by the next one to look.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { inCache } from '../config/paths.ts';
import { type ClientKey, type HostKey, knownHost } from '../guest/keys.ts';
import type { SshAddress } from '../guest/ssh.ts';
import { requestFailure } from '../outcome/failure.ts';
import { readJson } from '../store/hash.ts';
import { startOf, temporaryName, writeFileAtomically } from '../store/temporary.ts';

const recordSchema = z.object({
  schema: z.literal('trapline-guest/1'),
  /** What runs in it, e.g. `sparc64/with`. */
  guest: z.string(),
  /** The trapline that it lives and dies with: process id, and the clock tick at which that started. */
  pid: z.number().int(),
  start: z.string(),
  port: z.number().int(),
  hostKey: z.base64(),
});

const folderOf = (name: string): string => inCache('guests', name);
const RECORD = 'guest.json';
const KEY = 'key';
const OWNER = 'owner';

function read(name: string): z.infer<typeof recordSchema> | undefined {
  const record = recordSchema.safeParse(readJson(path.join(folderOf(name), RECORD))).data;
  return record && startOf(record.pid) === record.start ? record : undefined;
}

/** Does the trapline that took the name live? The guest itself may be on its way yet. */
function claimed(name: string): boolean {
  try {
    const [pid = '', start = ''] = readFileSync(path.join(folderOf(name), OWNER), 'utf8').split(' ');
    return startOf(Number(pid)) === start;
  } catch {
    return false;
  }
}

/** Names of the guests that are up. */
export function guestNames(): string[] {
  const top = inCache('guests');
  if (!existsSync(top)) return [];
  return readdirSync(top)
    .filter((name) => !name.startsWith('.'))
    .filter((name) => {
      if (claimed(name)) return read(name) !== undefined;
      rmSync(folderOf(name), { recursive: true, force: true });
      return false;
    })
    .sort();
}

/**
 * Takes a name: the one asked for, or else the architecture's, with a number when that is taken.
 * @throws Failure `guest-name-taken`, `guest-name-invalid`
 */
export function claimGuestName(asked: string | undefined, fallback: string): string {
  if (asked !== undefined && !/^[A-Za-z0-9][\w.-]{0,63}$/.test(asked)) {
    throw requestFailure(
      'guest-name-invalid',
      `"${asked}" is no name for a guest`,
      'Letters, digits, ".", "_" and "-"',
    );
  }
  guestNames();
  mkdirSync(inCache('guests'), { recursive: true, mode: 0o700 });
  for (let number = 1; ; number++) {
    const name = asked ?? (number === 1 ? fallback : `${fallback}-${number}`);
    const fresh = temporaryName(folderOf(name));
    mkdirSync(fresh, { mode: 0o700 });
    writeFileSync(path.join(fresh, OWNER), `${process.pid} ${startOf(process.pid) ?? ''}`);
    try {
      // Refused when there is such a folder with anything in it: of two that want a name one gets it.
      renameSync(fresh, folderOf(name));
      return name;
    } catch (error) {
      rmSync(fresh, { recursive: true });
      if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      if (asked !== undefined) {
        throw requestFailure('guest-name-taken', `a guest called ${asked} is up already`, 'Choose another --name');
      }
    }
  }
}

/** Gives the name back. */
export function releaseGuestName(name: string): void {
  rmSync(folderOf(name), { recursive: true, force: true });
}

/** Writes down how the guest of a name is reached: for `exec --guest`, and for OpenSSH. @returns OpenSSH's command */
export function recordGuest(name: string, guest: string, port: number, host: HostKey, client: ClientKey): string[] {
  const folder = folderOf(name);
  const own = (file: string): string => path.join(folder, file);
  writeFileSync(own(KEY), client.private, { mode: 0o600 });
  writeFileSync(own('known_hosts'), knownHost(port, host.publicBlob));
  const settings = {
    HostName: '127.0.0.1',
    Port: port,
    User: 'root',
    IdentityFile: own(KEY),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: own('known_hosts'),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
  };
  const lines = Object.entries(settings).map(([key, value]) => `  ${key} "${value}"\n`);
  writeFileSync(own('ssh_config'), `Host ${name}\n${lines.join('')}`);
  const record: z.infer<typeof recordSchema> = {
    schema: 'trapline-guest/1',
    guest,
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    port,
    hostKey: host.publicBlob.toString('base64'),
  };
  writeFileAtomically(own(RECORD), `${JSON.stringify(record, null, 2)}\n`);
  return ['ssh', '-F', own('ssh_config'), name];
}

/** How a guest that is up is reached, and the name of its architecture. @throws Failure `no-such-guest` */
export function findGuest(name: string): SshAddress & { readonly architecture: string } {
  const names = guestNames();
  const record = names.includes(name) ? read(name) : undefined;
  if (!record) {
    const up = names.length === 0 ? 'none is up' : `up are: ${names.join(', ')}`;
    throw requestFailure(
      'no-such-guest',
      `there is no guest called "${name}" (${up})`,
      'Start one: ./trapline shell --ssh --arch NAME',
    );
  }
  return {
    architecture: record.guest.split('/')[0] ?? '',
    port: record.port,
    hostKey: Buffer.from(record.hostKey, 'base64'),
    privateKey: readFileSync(path.join(folderOf(name), KEY), 'utf8'),
  };
}
