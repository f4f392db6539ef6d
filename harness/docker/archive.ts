// SPDX-License-Identifier: MIT
// Files into and out of containers, as tar archives. What comes out was made by code that nobody trusts: an entry is
// taken only when it is the one plain file that was asked for.
import { createWriteStream, lstatSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, pack } from 'tar-stream';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';

/** User and group of what goes into a container, and of what runs there. */
export const UNPRIVILEGED = 1000;

/** A file for an archive: text, a file of any name, or what lies below `root` under that name. */
export type ArchiveFile =
  | { name: string; text: string; time?: Date; mode?: number }
  | { name: string; file: string }
  | { name: string; root: string };

/** A tar stream of files, folders and links, in the order given; all of them belong to UNPRIVILEGED. */
export function archiveOf(files: Iterable<ArchiveFile>): Readable {
  const archive = pack();
  const add = (headers: Partial<Header> & { name: string }, content?: string | Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const entry = { uid: UNPRIVILEGED, gid: UNPRIVILEGED, ...headers };
      const done = (error?: Error | null): void => (error ? reject(error) : resolve());
      if (content === undefined) archive.entry(entry as Header, done);
      else archive.entry(entry as Header, content, done);
    });
  const fill = async (): Promise<void> => {
    for (const file of files) {
      if ('text' in file) {
        await add({ name: file.name, mode: file.mode ?? 0o644, mtime: file.time ?? new Date() }, file.text);
        continue;
      }
      const at = 'file' in file ? file.file : path.join(file.root, file.name);
      const stat = lstatSync(at);
      // Tar counts whole seconds: a changed file must not seem older than what was made before the change.
      const mtime = new Date(Math.ceil(stat.mtimeMs / 1000) * 1000);
      // A single file is put in for whoever runs there, whatever the umask was when it was written.
      const readable = 'file' in file ? 0o444 : 0;
      const common = { name: file.name, mode: (stat.mode & 0o777) | readable, mtime };
      if (stat.isDirectory()) await add({ ...common, type: 'directory' });
      else if (stat.isSymbolicLink()) await add({ ...common, type: 'symlink', linkname: readlinkSync(at) });
      else if (stat.isFile()) await add(common, readFileSync(at));
    }
    archive.finalize();
  };
  fill().catch((error) => archive.destroy(error as Error));
  return Readable.from(archive);
}

export function refusedEntry(wanted: string, why: string): Failure {
  return infrastructureFailure(
    'artifact-refused',
    `the container gave ${why} where ${wanted} should be`,
    'Look at what the branch changes in its Makefiles',
  );
}

/** What the entry is called when it is not what was asked for, or undefined when it is. */
function objection(headers: Header, name: string, limit: number): string | undefined {
  if (headers.name !== name) return `an entry named ${JSON.stringify(headers.name)}`;
  if (headers.type !== 'file') return `a ${headers.type}`;
  if ((headers.size ?? 0) > limit) return `a file of ${headers.size} bytes (at most ${limit} are taken)`;
  return undefined;
}

/**
 * The one plain file of an archive, handed to `keep` as a stream.
 * @throws Failure `artifact-refused` for another name, a link, a device, a second entry, too many bytes
 */
async function onlyFile<T>(
  archive: NodeJS.ReadableStream,
  name: string,
  limit: number,
  keep: (content: Readable, headers: Header) => Promise<T>,
): Promise<T> {
  const entries = extract();
  // An archive that breaks off shows as the end of the entries' iteration by an error.
  const fed = pipeline(archive as Readable, entries).catch((error) => {
    if (!entries.destroyed) entries.destroy(error as Error);
  });
  let kept: { value: T } | undefined;
  try {
    for await (const entry of entries) {
      const wrong = kept ? 'a second file' : objection(entry.header, name, limit);
      if (wrong) throw refusedEntry(name, wrong);
      kept = { value: await keep(entry as unknown as Readable, entry.header) };
    }
  } finally {
    (archive as Readable).destroy?.();
    await fed;
  }
  if (!kept) throw refusedEntry(name, 'nothing');
  return kept.value;
}

/** Writes the archive's only file to `to`; nothing is left there when it is refused. */
export async function fileFromArchive(
  archive: NodeJS.ReadableStream,
  name: string,
  to: string,
  limit: number,
): Promise<void> {
  try {
    await onlyFile(archive, name, limit, (content) => pipeline(content, createWriteStream(to)));
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}

/** Text and time of the archive's only file. */
export async function textFromArchive(
  archive: NodeJS.ReadableStream,
  name: string,
  limit: number,
): Promise<{ text: string; time: Date }> {
  return onlyFile(archive, name, limit, async (content, headers) => {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    return { text: Buffer.concat(chunks).toString('utf8'), time: headers.mtime ?? new Date() };
  });
}
