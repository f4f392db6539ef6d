// SPDX-License-Identifier: MIT
// Built kernels as one tar archive: FINGERPRINT/NAME, with the few names that a stored kernel has. What comes in was
// made elsewhere: its content is what its manifest says, and nothing is in the store before all of it is.
import { createReadStream, createWriteStream, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, type Pack } from 'tar-stream';
import { inCache } from '../config/paths.ts';
import { Failure, requestFailure } from '../outcome/failure.ts';
import { writingTo } from '../store/disk.ts';
import { verifyFolder } from '../store/manifest.ts';
import { installFolder, removeTree, sweepTemporary, temporaryName } from '../store/temporary.ts';
import { kernelDirectory } from './plan.ts';
import type { StoredKernel } from './prune.ts';

const NAMES = ['manifest.json', 'image', 'vmlinux', 'config', 'build.log'];
/** A vmlinux with debugging information has no more. */
const LARGEST_FILE = 4 * 2 ** 30;

function refused(archive: string, why: string): Failure {
  return requestFailure(
    'archive-refused',
    `${archive} is no archive of kernels: ${why}`,
    'Make one with ./trapline kernel export, or kernel push',
  );
}

/** Adds a kernel's files to `archive`. @throws Failure `archive-refused` when the stored kernel is not whole */
export async function packKernel({ fingerprint, directory }: StoredKernel, archive: Pack): Promise<void> {
  if (verifyFolder(directory).state !== 'whole') throw refused(directory, 'it is not whole: build it again');
  for (const name of readdirSync(directory).filter((each) => NAMES.includes(each))) {
    const from = path.join(directory, name);
    const entry = archive.entry({ name: `${fingerprint}/${name}`, size: statSync(from).size, mode: 0o644 });
    await pipeline(createReadStream(from), entry);
  }
}

/** Fingerprint and name of an entry. @throws Failure `archive-refused` */
function placeOf(header: Header, archive: string): { fingerprint: string; name: string } {
  const [, fingerprint, name] = /^([0-9a-f]{64})\/([a-z.]+)$/.exec(header.name) ?? [];
  if (!fingerprint || !name || !NAMES.includes(name)) {
    throw refused(archive, `it holds ${JSON.stringify(header.name)}`);
  }
  if (header.type !== 'file') throw refused(archive, `${header.name} is a ${header.type}`);
  if ((header.size ?? 0) > LARGEST_FILE) throw refused(archive, `${header.name} has ${header.size} bytes`);
  return { fingerprint, name };
}

async function unpack(content: Readable, archive: string, folder: string): Promise<void> {
  const entries = extract();
  const fed = pipeline(content, entries).catch((error) => {
    if (!entries.destroyed) entries.destroy(error as Error);
  });
  try {
    for await (const entry of entries) {
      // An engine's archive has the folder as an entry of its own.
      if (entry.header.type === 'directory' && /^[0-9a-f]{64}\/$/.test(entry.header.name)) {
        entry.resume();
        continue;
      }
      const { fingerprint, name } = placeOf(entry.header, archive);
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
 * @param open the tar archive's content; read to its end
 * @param archive what messages call it
 * @returns their fingerprints
 * @throws Failure `archive-refused`, `disk-full`; then nothing of it is in the store
 */
export async function takeKernels(open: () => Promise<Readable>, archive: string): Promise<string[]> {
  const folder = temporaryName(inCache('kernels', 'import'));
  try {
    return await writingTo(inCache('kernels'), async () => {
      mkdirSync(folder, { recursive: true });
      await sweepTemporary(path.dirname(folder));
      const content = await open();
      try {
        await unpack(content, archive, folder);
      } catch (error) {
        if (error instanceof Failure || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
        throw refused(archive, (error as Error).message);
      }
      const fingerprints = readdirSync(folder);
      if (fingerprints.length === 0) throw refused(archive, 'it holds nothing');
      for (const fingerprint of fingerprints) {
        const verification = verifyFolder(path.join(folder, fingerprint));
        if (verification.state === 'corrupt') throw refused(archive, `${fingerprint}: ${verification.problem}`);
      }
      for (const fingerprint of fingerprints) await install(fingerprint, path.join(folder, fingerprint));
      return fingerprints;
    });
  } finally {
    await removeTree(folder);
  }
}

async function install(fingerprint: string, from: string): Promise<void> {
  if (verifyFolder(kernelDirectory(fingerprint)).state === 'whole') return;
  await installFolder(kernelDirectory(fingerprint), async (made) => {
    for (const name of readdirSync(from)) renameSync(path.join(from, name), path.join(made, name));
  });
}
