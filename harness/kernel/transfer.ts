// SPDX-License-Identifier: MIT
// Built kernels from one machine's store to another's, as one archive. What comes in was made elsewhere: its names are
// the few that a stored kernel has, its content is what its manifest says, and nothing is there before all of it is.
import { createReadStream, createWriteStream, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';
import { inCache } from '../config/paths.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import { writingTo } from '../store/disk.ts';
import { verifyFolder } from '../store/manifest.ts';
import { installFolder, removeTree, sweepTemporary, temporaryName } from '../store/temporary.ts';
import { kernelDirectory } from './plan.ts';
import { listKernels, type StoredKernel } from './prune.ts';

const NAMES = ['manifest.json', 'image', 'vmlinux', 'config', 'build.log'];
/** A vmlinux with debugging information has no more. */
const LARGEST_FILE = 4 * 2 ** 30;

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

/** Writes the kernels to `file`, a gzip-compressed tar archive; it has its name when it is whole. */
export async function exportKernels(kernels: readonly StoredKernel[], file: string, sink: EventSink): Promise<void> {
  const target = path.resolve(file);
  const temporary = temporaryName(target);
  try {
    await step(sink, 'kernels', 'export', (detail) =>
      writingTo(path.dirname(target), async () => {
        mkdirSync(path.dirname(target), { recursive: true });
        const archive = pack();
        const written = pipeline(archive, createGzip({ level: 1 }), createWriteStream(temporary));
        for (const { fingerprint, directory, architecture, selector } of kernels) {
          const verification = verifyFolder(directory);
          if (verification.state !== 'whole') throw refused(directory, 'it is not whole: build it again');
          detail(`${architecture} ${selector}`);
          for (const name of readdirSync(directory).filter((each) => NAMES.includes(each))) {
            const from = path.join(directory, name);
            const entry = archive.entry({ name: `${fingerprint}/${name}`, size: statSync(from).size, mode: 0o644 });
            await pipeline(createReadStream(from), entry);
          }
        }
        archive.finalize();
        await written;
        renameSync(temporary, target);
      }),
    );
  } catch (error) {
    await removeTree(temporary);
    throw error;
  }
}

function refused(file: string, why: string): Failure {
  return requestFailure(
    'archive-refused',
    `${file} is no archive of kernels: ${why}`,
    'Make one with ./trapline kernel export',
  );
}

/** Fingerprint and name of an entry. @throws Failure `archive-refused` */
function placeOf(header: Header, file: string): { fingerprint: string; name: string } {
  const [, fingerprint, name] = /^([0-9a-f]{64})\/([a-z.]+)$/.exec(header.name) ?? [];
  if (!fingerprint || !name || !NAMES.includes(name)) {
    throw refused(file, `it holds ${JSON.stringify(header.name)}`);
  }
  if (header.type !== 'file') throw refused(file, `${header.name} is a ${header.type}`);
  if ((header.size ?? 0) > LARGEST_FILE) throw refused(file, `${header.name} has ${header.size} bytes`);
  return { fingerprint, name };
}

async function unpack(file: string, folder: string): Promise<void> {
  const entries = extract();
  const fed = pipeline(createReadStream(file), createGunzip(), entries).catch((error) => {
    if (!entries.destroyed) entries.destroy(error as Error);
  });
  try {
    for await (const entry of entries) {
      const { fingerprint, name } = placeOf(entry.header, file);
      mkdirSync(path.join(folder, fingerprint), { recursive: true });
      // An entry that comes twice is no archive of ours: `wx` refuses it.
      await pipeline(
        entry as unknown as Readable,
        createWriteStream(path.join(folder, fingerprint, name), { flags: 'wx' }),
      );
    }
  } finally {
    entries.destroy();
    await fed;
  }
}

/**
 * Brings the kernels of an archive into the store; one that is there and whole stays as it is.
 * @returns their fingerprints
 * @throws Failure `archive-refused`, `no-such-file`, `disk-full`; then nothing of it is in the store
 */
export async function importKernels(file: string, sink: EventSink): Promise<string[]> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw requestFailure('no-such-file', `there is no file ${file}`, 'Name what ./trapline kernel export wrote');
  }
  const folder = temporaryName(inCache('kernels', 'import'));
  try {
    return await step(sink, 'kernels', 'import', () =>
      writingTo(inCache('kernels'), async () => {
        mkdirSync(folder, { recursive: true });
        await sweepTemporary(path.dirname(folder));
        try {
          await unpack(file, folder);
        } catch (error) {
          if (error instanceof Failure || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
          throw refused(file, (error as Error).message);
        }
        const fingerprints = readdirSync(folder);
        if (fingerprints.length === 0) throw refused(file, 'it holds nothing');
        for (const fingerprint of fingerprints) {
          const verification = verifyFolder(path.join(folder, fingerprint));
          if (verification.state === 'corrupt') throw refused(file, `${fingerprint}: ${verification.problem}`);
        }
        for (const fingerprint of fingerprints) {
          if (verifyFolder(kernelDirectory(fingerprint)).state === 'whole') continue;
          await installFolder(kernelDirectory(fingerprint), async (made) => {
            for (const name of readdirSync(path.join(folder, fingerprint))) {
              renameSync(path.join(folder, fingerprint, name), path.join(made, name));
            }
          });
        }
        return fingerprints;
      }),
    );
  } finally {
    await removeTree(folder);
  }
}
