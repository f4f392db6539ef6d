// SPDX-License-Identifier: MIT
// A tar archive that the user named, compressed as it is made.
import { pipeline } from 'node:stream/promises';
import { createGzip, type ZlibOptions } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { interrupted } from '../process/command.ts';
import { writeNamedFile } from './named-file.ts';
import { zstdCompressed } from './zstd.ts';

export interface ArchiveOptions extends ZlibOptions {
  /** Default: gzip, which the other options are for. */
  readonly compression?: 'gzip' | 'zstd';
  readonly signal?: AbortSignal;
}

/** @throws Failure `interrupted`; as `writeNamedFile`; what `fill` throws; with zstd `zstd-failed` */
export function writeArchive(
  file: string,
  fill: (archive: Pack) => Promise<void>,
  { compression = 'gzip', signal, ...gzip }: ArchiveOptions = {},
): Promise<void> {
  return writeNamedFile(file, async (into) => {
    const archive = pack();
    const ending = new AbortController();
    const until = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
    const compressed = compression === 'zstd' ? zstdCompressed : createGzip(gzip);
    const written = pipeline(archive, compressed, into.createWriteStream(), { signal: until });
    const filled = fill(archive).then(() => archive.finalize());
    // Together: whichever fails while the other is waited for would be nobody's.
    const both = Promise.all([filled, written]);
    filled.catch(() => ending.abort());
    await both.catch((error) => {
      throw signal?.aborted ? interrupted(`writing ${file}`) : error;
    });
  });
}
