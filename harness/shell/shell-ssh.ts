// SPDX-License-Identifier: MIT
// A guest to sit in, by ssh: its shell in the terminal that trapline was called from, and others from elsewhere, as
// long as that first one lasts.
import { randomBytes } from 'node:crypto';
import type { Client, ClientChannel } from 'ssh2';
import { type ClientKey, type HostKey, makeClientKey, makeHostKey } from '../guest/keys.ts';
import { connect } from '../guest/ssh.ts';
import type { CpioEntry } from '../initramfs/cpio.ts';
import { step } from '../outcome/events.ts';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { shellWord } from '../process/shell-word.ts';
import { claimGuestName, recordGuest, releaseGuestName } from './guest-record.ts';
import { orSecondBoot, type ShellEnd, type ShellGuest, type ShellOptions, terminalName } from './shell-guest.ts';
import { ShellMachine } from './shell-machine.ts';
import { type AttachedTerminal, attachTerminal, type Ends, showFrom } from './terminal.ts';

/** The server needs some seconds for a connection where instructions are emulated one by one. */
const CONNECT_SECONDS = 60;
/** Seconds until a machine whose connection was lost is known to be gone too. */
const GONE_SECONDS = 2;
const SEED_BYTES = 64;

interface Keys {
  readonly host: HostKey;
  readonly client: ClientKey;
}

function entriesFor({ host, client }: Keys): CpioEntry[] {
  const file = (path: string, content: string | Buffer): CpioEntry => ({
    kind: 'file',
    path,
    content: Buffer.from(content),
    mode: 0o600,
  });
  return [
    { kind: 'folder', path: 'etc/dropbear', mode: 0o700 },
    file('etc/dropbear/host-key', host.dropbear),
    { kind: 'folder', path: 'root/.ssh', mode: 0o700 },
    file('root/.ssh/authorized_keys', client.authorized),
    file('seed', randomBytes(SEED_BYTES)),
  ];
}

function openShell(client: Client, { output }: Ends): Promise<ClientChannel> {
  const { rows = 24, columns = 80 } = output;
  return new Promise((resolve, reject) => {
    client.shell({ term: terminalName(), rows, cols: columns }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
}

/** Opens a shell and hands it the terminal. @returns how it ended: `lost` when the connection or the machine was */
export async function sit(
  client: Client,
  ends: Ends,
  gone: AbortSignal,
): Promise<'ended' | 'left' | 'closed' | 'lost'> {
  const channel = await openShell(client, ends);
  let attached: AttachedTerminal | undefined;
  let hide: (() => void) | undefined;
  try {
    return await new Promise((resolve) => {
      let exited = false;
      attached = attachTerminal(ends, {
        typed: (bytes) => channel.write(bytes),
        resized: ({ rows, columns }) => channel.setWindow(rows, columns, 0, 0),
        over: resolve,
      });
      hide = showFrom(channel, ends);
      channel.on('exit', () => {
        exited = true;
      });
      channel.on('close', () => resolve(exited ? 'ended' : 'lost'));
      gone.addEventListener('abort', () => resolve('lost'), { once: true });
    });
  } finally {
    hide?.();
    attached?.detach();
  }
}

function noServer(said: string, cause: unknown): Failure {
  const why = said.trim().split('\n').at(-1) || 'it did not say why';
  const remedy = 'Without --ssh the shell is on the console';
  return infrastructureFailure('no-ssh-server', `the guest's ssh server ended: ${why}`, remedy, cause);
}

/**
 * Boots the guest, makes it known under a name for `exec --guest` and OpenSSH, and sits in it.
 * @param asked its name; the architecture's by default
 * @throws Failure `wrong-host-key`, `guest-not-reached`, `no-ssh-server`, `no-network-card`, `guest-name-taken`
 */
export async function shellOverSsh(
  guest: ShellGuest,
  options: ShellOptions & { readonly asked: string | undefined },
): Promise<ShellEnd> {
  const name = claimGuestName(options.asked, guest.architecture.name);
  try {
    return await orSecondBoot(options.sink, () => underName(name, guest, options));
  } finally {
    releaseGuestName(name);
  }
}

async function underName(name: string, guest: ShellGuest, options: ShellOptions): Promise<ShellEnd> {
  const { sink, terminal, greeting } = options;
  const keys: Keys = { host: makeHostKey(), client: makeClientKey() };
  const exec = ['/bin/sh', '/etc/ssh-server'];
  const server: ShellMachine = new ShellMachine(
    guest,
    options,
    { plan: 'exec 0 0', exec, entries: entriesFor(keys), network: true },
    { onStepEnded: () => server.machine.stop('finished', '') },
  );
  let client: Client | undefined;
  try {
    if (!(await server.booted())) return await server.lost();
    const port = await server.port();
    const address = { port, hostKey: keys.host.publicBlob, privateKey: keys.client.private };
    try {
      client = await step(sink, guest.name, 'connect', async () => {
        // Its first word is that the network is up: what is sent there before is lost, and sent again seconds later.
        await server.spoke();
        return connect(address, CONNECT_SECONDS, server.gone);
      });
    } catch (error) {
      if (server.stepEnded) throw noServer(server.said, error);
      if (server.gone.aborted) return await server.lost();
      throw error;
    }
    const command = recordGuest(name, guest.name, port, keys.host, keys.client).map(shellWord).join(' ');
    terminal.output.write(
      `${greeting(server.release)}From another terminal:  ${command}\n                   or:  ./trapline exec --guest ${name} -- PROGRAM\n`,
    );
    const how = await sit(client, terminal, server.gone);
    if (how !== 'lost') return { kind: how };
    await server.endWithin(GONE_SECONDS);
    if (server.stepEnded) return { kind: 'ended' };
    server.machine.stop('silent', 'its ssh connection was lost');
    // What is said of it is not to stand behind the prompt.
    terminal.output.write('\r\n');
    return await server.lost();
  } finally {
    client?.end();
    await server.close();
  }
}
