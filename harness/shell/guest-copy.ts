// SPDX-License-Identifier: MIT
// Files into a guest that is up and out of it, as tar's archives by ssh.
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client, ClientChannel } from 'ssh2';
import { extract, pack } from 'tar-stream';
import { endOf, start } from '../guest/ssh.ts';
import type { WorkFile } from '../initramfs/initramfs.ts';
import { Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { shellWord } from '../process/shell-word.ts';
import { writeNamedFile } from '../store/named-file.ts';
import { temporaryName } from '../store/temporary.ts';

/** Most bytes of what went wrong that are kept. */
const SAID_BYTES = 4096;

/** Is called with the channel as soon as there is one: see `untilStopped`. */
type Opened = (channel: ClientChannel) => void;

/** A command's end, and what it said on stderr. */
async function followed(channel: ClientChannel): Promise<{ status: number | undefined; said: string }> {
  let said = '';
  channel.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-SAID_BYTES);
  });
  const ended = await endOf(channel);
  return { status: ended.kind === 'exited' ? ended.status : undefined, said: said.trim() };
}

/** A short command in the guest's /work. */
async function command(client: Client, line: string): Promise<{ status: number | undefined; said: string }> {
  const channel = await start(client, `cd /work && ${line}`);
  channel.resume();
  return followed(channel);
}

/**
 * A file has its name there only when all of them came: until then they lie in a folder of their own.
 * @throws Failure `copy-failed`, `guest-not-reached`
 */
export async function copyIn(client: Client, files: readonly WorkFile[], opened: Opened): Promise<void> {
  const staging = temporaryName('files');
  // In the shell's place: a signal by ssh goes to the process that the server started.
  const channel = await start(client, 'exec tar -x -f - -C /work');
  opened(channel);
  const end = followed(channel);
  channel.resume();
  const archive = pack();
  const sent = pipeline(archive, channel);
  for (const { name, content } of files)
    archive.entry({ name: `${staging}/${name}`, mode: 0o755 }, Buffer.from(content));
  archive.finalize();
  await sent.catch(() => {});
  let { status, said } = await end;
  if (status === 0) {
    const staged = files.map(({ name }) => shellWord(`${staging}/${name}`)).join(' ');
    ({ status, said } = await command(client, `mv -f ${staged} . && rmdir ${staging}`));
  }
  if (status === 0) return;
  // Its connection may be gone.
  await command(client, `rm -rf ${staging}`).catch(() => {});
  throw infrastructureFailure(
    'copy-failed',
    `the files did not get into the guest: ${said || 'the connection was lost'}`,
    'Is there room in its memory? ("free" in the guest)',
  );
}

/**
 * The guest is not trusted: what is taken is one plain file, under the name that was asked for, when all of it is there.
 * @throws Failure `no-such-file`, `not-a-file`, `copy-failed`, `guest-not-reached`
 */
export async function copyOut(client: Client, file: string, into: string, opened: Opened): Promise<void> {
  const target = path.join(into, path.posix.basename(file));
  const channel = await start(client, `cd /work && exec tar -c -h -f - ${shellWord(file)} </dev/null`);
  opened(channel);
  const end = followed(channel);
  try {
    await writeNamedFile(target, async (into) => {
      // Not before somebody asks for entries: those that come earlier are lost.
      const reader = extract();
      const sent = pipeline(channel, reader).catch(() => {});
      let taken = false;
      for await (const entry of reader) {
        if (taken || entry.header.type !== 'file') {
          throw requestFailure(
            'not-a-file',
            `${file} in the guest is no plain file`,
            'Pack it first: tar -c in the guest',
          );
        }
        taken = true;
        await pipeline(entry, into.createWriteStream());
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
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw infrastructureFailure(
      'copy-failed',
      `${file} was not copied: ${error instanceof Error ? error.message : String(error)}`,
      'Is the guest still up?',
      error,
    );
  } finally {
    channel.close();
  }
}
