// SPDX-License-Identifier: MIT
// One program in a guest that is up already, by ssh: files in, the program, files out.
import { pipeline } from 'node:stream/promises';
import type { Client, ClientChannel } from 'ssh2';
import { connect, type Ended, endOf, type SshAddress, start } from '../guest/ssh.ts';
import type { WorkFile } from '../initramfs/initramfs.ts';
import { shellWord } from '../process/shell-word.ts';
import { copyIn, copyOut } from './guest-copy.ts';
import { type Limits, untilStopped } from './guest-stage.ts';
import { NOT_STARTED } from './runnable.ts';

/** A guest that is up answers in less. */
const CONNECT_SECONDS = 10;
/** A program may have something to put in order when it is to end; a copy has not. */
const GRACE_SECONDS = { program: 2, copy: 0.5 };

export interface GuestExecOptions extends Limits {
  readonly files: readonly WorkFile[];
  /** Program and arguments; undefined: files are copied, and no more. */
  readonly command: readonly string[] | undefined;
  /** Path in the guest of what the program cannot do without: its loader, or a script's interpreter. */
  readonly interpreter?: string | undefined;
  /** Paths in the guest, from its /work; each is copied into `into` under its base name. */
  readonly fetch: readonly string[];
  readonly into: string;
  /** For the program; and as long again for all files in, and for all files out. */
  readonly timeoutSeconds?: number | undefined;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** What was to be done in the guest, in its order. */
export type GuestStage = 'files-in' | 'program' | 'files-out';

export type GuestExecResult =
  /** `lacks`: the guest was asked, and has no such interpreter. */
  | (Ended & { readonly lacks?: boolean })
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'timed-out'; readonly stage: GuestStage };

async function run(
  client: Client,
  command: readonly string[],
  { stdout, stderr }: GuestExecOptions,
  opened: (channel: ClientChannel) => void,
): Promise<Ended> {
  // In its place: a signal by ssh goes to the process that the server started, and that is to be ours (init.h).
  const words = ['exec', '/init', 'command', ...command].map(shellWord);
  const channel = await start(client, `${words.join(' ')} </dev/null`);
  opened(channel);
  const end = endOf(channel);
  // Each holds the guest back when its reader is slow, and is through when all of it was written.
  const streams = [pipeline(channel, stdout, { end: false }), pipeline(channel.stderr, stderr, { end: false })];
  const [ended] = await Promise.all([end, ...streams.map((one) => one.catch(() => {}))]);
  return ended;
}

/** Is there such a file? It ends with 1 when there is none. */
async function look(client: Client, file: string, opened: (channel: ClientChannel) => void): Promise<Ended> {
  const channel = await start(client, `[ -e ${shellWord(file)} ]`);
  opened(channel);
  const end = endOf(channel);
  channel.resume();
  channel.stderr.resume();
  return end;
}

/**
 * Files in, program, files out. Files are fetched whatever the program's status is, and when it timed out.
 * @throws Failure `wrong-host-key`, `guest-not-reached`, `copy-failed`, `no-such-file`, `not-a-file`
 */
export async function execInRunningGuest(address: SshAddress, options: GuestExecOptions): Promise<GuestExecResult> {
  const { files, command, interpreter, fetch, into, signal } = options;
  let client: Client;
  try {
    client = await connect(address, CONNECT_SECONDS, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'interrupted' };
    throw error;
  }
  let connected = true;
  client.once('close', () => {
    connected = false;
  });
  const stage = async (
    name: GuestStage,
    work: (opened: (channel: ClientChannel) => void) => Promise<Ended | undefined>,
  ): Promise<GuestExecResult | undefined> => {
    const grace = name === 'program' ? GRACE_SECONDS.program : GRACE_SECONDS.copy;
    const ended = await untilStopped(client, options, grace, work);
    return ended?.kind === 'timed-out' ? { ...ended, stage: name } : ended;
  };
  try {
    if (files.length > 0) {
      const stopped = await stage('files-in', (opened) => copyIn(client, files, opened).then(() => undefined));
      if (stopped) return stopped;
    }
    const result = command && (await stage('program', (opened) => run(client, command, options, opened)));
    let through: GuestExecResult = result ?? { kind: 'exited', status: 0 };
    if (interpreter !== undefined && through.kind === 'exited' && NOT_STARTED.includes(through.status)) {
      const found = await stage('program', (opened) => look(client, interpreter, opened));
      through = { ...through, lacks: found?.kind === 'exited' && found.status === 1 };
    }
    // One that would not end took the connection with it.
    if (fetch.length === 0 || through.kind === 'interrupted' || !connected) return through;
    const stopped = await stage('files-out', async (opened) => {
      for (const file of fetch) await copyOut(client, file, into, opened);
      return undefined;
    });
    return stopped ?? through;
  } finally {
    client.end();
  }
}
