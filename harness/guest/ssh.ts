// SPDX-License-Identifier: MIT
// The way into a guest that is up: ssh on a port of this machine's own address, to a server whose key is known.
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';

export interface SshAddress {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The one key that the server may have. */
  readonly hostKey: Buffer;
  /** OpenSSH's form. */
  readonly privateKey: string;
}

const HANDSHAKE_SECONDS = 20;
/** A guest that says nothing for three times this long is gone. */
const ALIVE_SECONDS = 10;

class WrongHostKey extends Error {}

/** One try. */
function connectOnce({ port, hostKey, privateKey }: SshAddress, signal?: AbortSignal): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let denied = false;
    const interrupt = (): void => void client.destroy();
    signal?.addEventListener('abort', interrupt, { once: true });
    client.once('ready', () => {
      signal?.removeEventListener('abort', interrupt);
      resolve(client);
    });
    client.once('close', () => reject(new Error('the connection was closed')));
    // Later errors too: a connection that is lost is told by its channels.
    client.on('error', (error) => reject(denied ? new WrongHostKey() : error));
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'root',
      privateKey,
      readyTimeout: HANDSHAKE_SECONDS * 1000,
      keepaliveInterval: ALIVE_SECONDS * 1000,
      hostVerifier: (key: Buffer) => {
        denied = !key.equals(hostKey);
        return !denied;
      },
    });
  });
}

/**
 * Connects, trying again until the server answers; the port is open as soon as the emulator runs.
 * @param signal no longer, once it is aborted
 * @throws Failure `wrong-host-key`, `guest-not-reached`
 */
export async function connect(address: SshAddress, seconds: number, signal?: AbortSignal): Promise<Client> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await connectOnce(address, signal);
    } catch (error) {
      if (error instanceof WrongHostKey) {
        throw infrastructureFailure(
          'wrong-host-key',
          `whoever answers on 127.0.0.1:${address.port} has not the key that was made for the guest`,
          'Nothing was sent to it. Has the guest ended, and its port been taken over? Start it again',
        );
      }
      if (Date.now() > deadline || signal?.aborted) {
        const why = error instanceof Error ? error.message : String(error);
        throw infrastructureFailure(
          'guest-not-reached',
          `no ssh server answers on 127.0.0.1:${address.port}: ${why}`,
          'Is the guest still up? --console FILE keeps what it prints',
          error,
        );
      }
      await sleep(100);
    }
  }
}

export type Ended = { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'closed' };

/** How a channel's program ended: its status, or that the connection was lost first. Call it as soon as there is one. */
export function endOf(channel: ClientChannel): Promise<Ended> {
  return new Promise((resolve) => {
    let ended: Ended = { kind: 'closed' };
    channel.on('exit', (status: number | null) => {
      if (status !== null) ended = { kind: 'exited', status };
    });
    channel.on('close', () => resolve(ended));
  });
}

/** Starts a command of the guest's shell. @throws Failure `guest-not-reached` */
export function start(client: Client, command: string): Promise<ClientChannel> {
  const refused = (error: unknown): Failure =>
    infrastructureFailure(
      'guest-not-reached',
      `the guest takes no command: ${error instanceof Error ? error.message : String(error)}`,
      'Start it again',
      error,
    );
  return new Promise((resolve, reject) => {
    try {
      client.exec(command, (error, channel) => (error ? reject(refused(error)) : resolve(channel)));
    } catch (error) {
      // The library throws when the connection is gone already.
      reject(refused(error));
    }
  });
}
