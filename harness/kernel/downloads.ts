// SPDX-License-Identifier: MIT
// What was fetched once is kept in cache/downloads/, with a record beside it of what it is and its hash.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { writingTo } from '../store/disk.ts';
import { readJson, sha256File } from '../store/hash.ts';
import { withLock } from '../store/lock.ts';
import { sweepTemporary, writeFileAtomically } from '../store/temporary.ts';

export interface Download {
  /** As its publisher counts, e.g. "6.1.192-2". */
  readonly version: string;
  readonly sha256: string;
  /** Absolute. */
  readonly file: string;
}

/** The record's file: `file` is a name in cache/downloads/ there. */
interface DownloadRecord extends Download {
  readonly package: string;
}

/** How a download is fetched: into `folder`, verified by whoever publishes it. */
export type Fetch = (
  folder: string,
  detail: (text: string) => void,
  signal: AbortSignal,
) => Promise<Pick<Download, 'version' | 'file'>>;

/** The step that a download is shown as. */
export interface DownloadStep {
  readonly subject: string;
  readonly title: string;
}

/**
 * The download of that name, fetched now if it is not there: then it is used as it is, without a network.
 * @throws Failure of the fetch, `disk-full`
 */
export async function keptDownload(
  name: string,
  shown: DownloadStep,
  fetch: Fetch,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<Download> {
  const folder = inCache('downloads');
  const recordFile = path.join(folder, `${name}.json`);
  const recorded = (): Download | undefined => {
    const record = readJson<DownloadRecord>(recordFile);
    if (record === undefined) return undefined;
    const file = path.join(folder, record.file);
    return existsSync(file) ? { version: record.version, sha256: record.sha256, file } : undefined;
  };
  const present = recorded();
  if (present) return present;
  return withLock('sources', sink, signal, async (held) => {
    const meanwhile = recorded();
    if (meanwhile) return meanwhile;
    await sweepTemporary(folder);
    return step(sink, shown.subject, shown.title, (detail) =>
      writingTo(folder, async () => {
        const { version, file } = await fetch(folder, detail, held);
        const sha256 = sha256File(file);
        const record: DownloadRecord = { package: name, version, sha256, file: path.basename(file) };
        writeFileAtomically(recordFile, `${JSON.stringify(record, null, 2)}\n`);
        return { version, sha256, file };
      }),
    );
  });
}

/**
 * What was verified when it came is what is unpacked, even when the file was damaged since.
 * @throws Failure `archive-damaged`
 */
export function demandUnchanged({ file, sha256 }: Download): void {
  if (sha256File(file) === sha256) return;
  throw infrastructureFailure(
    'archive-damaged',
    `${file} has changed since it was downloaded`,
    'Remove it and run again',
  );
}
