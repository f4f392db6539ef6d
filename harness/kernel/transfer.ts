// SPDX-License-Identifier: MIT
// Built kernels from one machine's store to another's, as one file.
import { createReadStream, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type EventSink, step } from '../outcome/events.ts';
import { requestFailure } from '../outcome/failure.ts';
import { writeArchive } from '../store/archive-file.ts';
import { packKernel, takeKernels } from './kernel-archive.ts';
import { listKernels, type StoredKernel } from './prune.ts';

/**
 * The stored kernels whose fingerprints begin so; all of them when none is named.
 * @throws Failure `no-such-kernel`, also for a beginning that several have
 */
export function chooseStored(beginnings: readonly string[]): StoredKernel[] {
  const all = listKernels();
  if (beginnings.length === 0 && all.length > 0) return all;
  const chosen = beginnings.map((beginning) => {
    const found = all.filter(({ fingerprint }) => fingerprint.startsWith(beginning));
    const [one] = found;
    if (one && found.length === 1) return one;
    throw requestFailure(
      'no-such-kernel',
      found.length > 1
        ? `${found.length} stored kernels have a fingerprint that begins with ${beginning}`
        : `no stored kernel has a fingerprint that begins with ${beginning}`,
      './trapline kernel list shows them',
    );
  });
  if (chosen.length > 0) return chosen;
  throw requestFailure('no-such-kernel', 'no kernel is built yet', 'Build one: ./trapline kernel build');
}

/** Writes the kernels to `file`, a gzip-compressed tar archive. @throws as `writeArchive` */
export function exportKernels(
  kernels: readonly StoredKernel[],
  file: string,
  sink: EventSink,
  signal?: AbortSignal,
): Promise<void> {
  return step(sink, 'kernels', 'export', (detail) =>
    writeArchive(
      file,
      async (archive) => {
        for (const kernel of kernels) {
          detail(`${kernel.architecture} ${kernel.selector}`);
          await packKernel(kernel, archive);
        }
      },
      { level: 1, ...(signal ? { signal } : {}) },
    ),
  );
}

/**
 * Brings the kernels of such a file into the store; one that is there and whole stays as it is.
 * @returns their fingerprints
 * @throws Failure `archive-refused`, `no-such-file`, `disk-full`; then nothing of it is in the store
 */
export async function importKernels(file: string, sink: EventSink): Promise<string[]> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw requestFailure('no-such-file', `there is no file ${file}`, 'Name what ./trapline kernel export wrote');
  }
  return step(sink, 'kernels', 'import', () =>
    takeKernels(async () => {
      const compressed = createReadStream(file);
      const content = createGunzip();
      compressed.on('error', (error) => content.destroy(error)).pipe(content);
      return content;
    }, file),
  );
}
