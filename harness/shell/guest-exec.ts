// SPDX-License-Identifier: MIT
// One program in a guest that is up already, by ssh: files in, the program, files out.
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import { extract, pack } from 'tar-stream';
import { connect, type Ended, endOf, type SshAddress, start } from '../guest/ssh.ts';
import type { WorkFile } from '../initramfs/initramfs.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { shellWord } from '../process/shell-word.ts';
import { temporaryName } from '../store/temporary.ts';

/** A guest that is up answers in less. */
const CONNECT_SECONDS = 10;
/** Seconds that a program has to end after it was asked to. */
const GRACE_SECONDS = 2;
/** Most bytes of what went wrong that are kept. */
const SAID_BYTES = 4096;

export interface GuestExecOptions {
  readonly files: readonly WorkFile[];
  /** Program and arguments; undefined: files are copied, and no more. */
  readonly command: readonly string[] | undefined;
  /** Paths in the guest, from its /work; each is copied into `into` under its base name. */
  readonly fetch: readonly string[];
  readonly into: string;
  readonly timeoutSeconds?: number | undefined;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

export type GuestExecResult = Ended | { readonly kind: 'timed-out' | 'interrupted' };

/** A command's end, and what it said on stderr. */
async function followed(channel: ClientChannel): Promise<{ status: number | undefined; said: string }> {
  let said = '';
  channel.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-SAID_BYTES);
  });
  const ended = await endOf(channel);
  return { status: ended.kind === 'exited' ? ended.status : undefined, said: said.trim() };
}

async function copyIn(client: Client, files: readonly WorkFile[]): Promise<void> {
  const channel = await start(client, 'tar -x -f - -C /work');
  const end = followed(channel);
  channel.resume();
  const archive = pack();
  const sent = pipeline(archive, channel);
  for (const { name, content } of files) archive.entry({ name, mode: 0o755 }, Buffer.from(content));
  archive.finalize();
  await sent.catch(() => {});
  const { status, said } = await end;
  if (status === 0) return;
  throw infrastructureFailure(
    'copy-failed',
    `the files did not get into the guest: ${said || 'the connection was lost'}`,
    'Is there room in its memory? ("free" in the guest)',
  );
}

/** The guest is not trusted: what is taken is one plain file, under the name that was asked for. */
async function copyOut(client: Client, file: string, into: string): Promise<void> {
  const target = path.join(into, path.posix.basename(file));
  const channel = await start(client, `cd /work && tar -c -h -f - ${shellWord(file)}`);
  channel.end();
  const end = followed(channel);
  const temporary = temporaryName(target);
  let taken = false;
  const reader = extract();
  const sent = pipeline(channel, reader).catch(() => {});
  try {
    for await (const entry of reader) {
      if (taken || entry.header.type !== 'file') {
        throw requestFailure(
          'not-a-file',
          `${file} in the guest is no plain file`,
          'Pack it first: tar -c in the guest',
        );
      }
      taken = true;
      await pipeline(entry, createWriteStream(temporary));
    }
    await sent;
    const { status, said } = await end;
    if (status !== 0 || !taken) {
      throw requestFailure(
        'no-such-file',
        `${file} was not copied: ${said || 'the guest sent nothing'}`,
        'See it there',
      );
    }
    renameSync(temporary, target);
  } finally {
    channel.close();
    rmSync(temporary, { force: true });
  }
}

async function run(client: Client, command: readonly string[], options: GuestExecOptions): Promise<GuestExecResult> {
  // In its place: a signal by ssh goes to the process that the server started, and that is to be ours (init.h).
  // Its input is empty, but not ended by us: ssh2 sends no signal on a channel whose input has ended.
  const words = ['exec', '/init', 'command', ...command].map(shellWord);
  const channel = await start(client, `${words.join(' ')} </dev/null`);
  let why: 'timed-out' | 'interrupted' | undefined;
  const stop = async (reason: typeof why, signal: string): Promise<void> => {
    why ??= reason;
    channel.signal(signal);
    await sleep(GRACE_SECONDS * 1000);
    channel.signal('KILL');
    await sleep(GRACE_SECONDS * 1000);
    // Whatever holds it: the channel ends with its connection.
    client.destroy();
  };
  const interrupt = (): void => void stop('interrupted', 'INT');
  options.signal.addEventListener('abort', interrupt, { once: true });
  const limit =
    options.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => void stop('timed-out', 'TERM'), options.timeoutSeconds * 1000);
  try {
    const end = endOf(channel);
    // Each holds the guest back when its reader is slow, and is through when all of it was written.
    const streams = [
      pipeline(channel, options.stdout, { end: false }),
      pipeline(channel.stderr, options.stderr, { end: false }),
    ];
    const [ended] = await Promise.all([end, ...streams.map((one) => one.catch(() => {}))]);
    return why === undefined ? ended : { kind: why };
  } finally {
    clearTimeout(limit);
    options.signal.removeEventListener('abort', interrupt);
  }
}

/**
 * Files in, program, files out. Files are fetched whatever the program's status is.
 * @throws Failure `wrong-host-key`, `guest-not-reached`, `copy-failed`, `no-such-file`, `not-a-file`
 */
export async function execInRunningGuest(address: SshAddress, options: GuestExecOptions): Promise<GuestExecResult> {
  const client = await connect(address, CONNECT_SECONDS, options.signal);
  try {
    if (options.files.length > 0) await copyIn(client, options.files);
    const result: GuestExecResult = options.command
      ? await run(client, options.command, options)
      : { kind: 'exited', status: 0 };
    for (const file of options.fetch) await copyOut(client, file, options.into);
    return result;
  } finally {
    client.end();
  }
}
