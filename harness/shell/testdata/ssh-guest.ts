// SPDX-License-Identifier: MIT
// For the tests: what answers by ssh as a guest does, in this process; each command is done by the test.
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { makeClientKey } from '../../guest/keys.ts';
import type { SshAddress } from '../../guest/ssh.ts';

export interface GuestCommand {
  /** As it was asked for; `shell` for a shell. */
  readonly line: string;
  readonly channel: ServerChannel;
  /** Names of the signals that came for it. */
  readonly signals: string[];
  /** Ends it, with a status or by a signal. */
  end(how: number | string): void;
}

export interface SshGuest {
  readonly address: SshAddress;
  readonly commands: GuestCommand[];
  /** Connections that are open. */
  connections(): number;
  close(): void;
}

/** @param signalled what a command does when a signal comes for it; by default it ends by that */
export async function sshGuest(
  started: (command: GuestCommand) => void,
  signalled: (command: GuestCommand, name: string) => void = (command, name) => command.end(name),
): Promise<SshGuest> {
  const key = makeClientKey();
  const parsed = ssh2.utils.parseKey(key.private);
  if (parsed instanceof Error) throw parsed;
  const open = new Set<Connection>();
  const commands: GuestCommand[] = [];
  const server = new ssh2.Server({ hostKeys: [key.private] }, (connection) => {
    open.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => open.delete(connection));
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      const session = accept();
      let command: GuestCommand | undefined;
      const begin = (line: string, channel: ServerChannel): void => {
        channel.on('error', () => {});
        const end = (how: number | string): void => {
          if (typeof how === 'number') channel.exit(how);
          else channel.exit(how, false, '');
          // What it printed comes first, but for what a signal cuts off.
          if (typeof how === 'number') channel.end(() => channel.close());
          else channel.close();
        };
        command = { line, channel, signals: [], end };
        commands.push(command);
        started(command);
      };
      session.on('pty', (agree) => agree?.());
      session.on('exec', (agree, _, { command: line }) => begin(line, agree()));
      session.on('shell', (agree) => begin('shell', agree()));
      session.on('signal', (agree, _, { name }) => {
        agree?.();
        if (!command) return;
        command.signals.push(name);
        signalled(command, name);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: {
      port: (server.address() as AddressInfo).port,
      hostKey: parsed.getPublicSSH(),
      privateKey: makeClientKey().private,
    },
    commands,
    connections: () => open.size,
    close: () => {
      for (const connection of open) connection.end();
      server.close();
    },
  };
}
