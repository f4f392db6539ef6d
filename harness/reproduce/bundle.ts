// SPDX-License-Identifier: MIT
// What one attaches to a report of a bug: one archive with everything that shows it, for QEMU and a POSIX shell.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inCache, inProject } from '../config/paths.ts';
import { installCommand, ZSTD } from '../doctor/index.ts';
import { buildGuestPrograms, guestFolder, guestSources } from '../initramfs/guest-programs.ts';
import { packInitramfs } from '../initramfs/initramfs.ts';
import { loadPatches, parseKernelRequest, patchesOf } from '../kernel/index.ts';
import { qemuCommand } from '../machine/argv.ts';
import { requestFailure } from '../outcome/failure.ts';
import { demand } from '../process/requirements.ts';
import { planLine } from '../run/plan.ts';
import { recordLines } from '../run/replay.ts';
import { writeArchive } from '../store/archive-file.ts';
import { writingTo } from '../store/disk.ts';
import { demandNamedFile } from '../store/named-file.ts';
import { reproduceScript } from './bundle-script.ts';
import type { RecordedResult } from './recorded.ts';
import type { Restored } from './reproduce.ts';

type Content = { readonly file: string } | { readonly text: string } | { readonly link: string };
interface Member {
  readonly name: string;
  readonly content: Content;
  readonly mode?: number;
}

const fromFile = (name: string, file: string): Member => ({ name, content: { file } });
const fromText = (name: string, text: string, mode?: number): Member => ({
  name,
  content: { text },
  ...(mode === undefined ? {} : { mode }),
});

/** `vmlinux` is a link where it is the image itself, or a prebuilt image has no other. */
function kernelMembers(recorded: RecordedResult, { architecture, kernel }: Restored): Member[] {
  const { cell } = recorded;
  const same = statSync(kernel.image).ino === statSync(kernel.vmlinux).ino;
  const patches = patchesOf(parseKernelRequest(cell.kernel.selector), architecture);
  return [
    fromFile('kernel/image', kernel.image),
    { name: 'kernel/vmlinux', content: same ? { link: 'image' } : { file: kernel.vmlinux } },
    fromFile('kernel/config', kernel.config),
    ...loadPatches(patches, cell.kernel.version).map((patch, index) =>
      fromFile(`kernel/patches/${index + 1}-${path.basename(patch.name, '.patch')}.patch`, patch.file),
    ),
  ];
}

function recordedMembers({ result, cell, folder }: RecordedResult): Member[] {
  const consoleLog = path.join(folder, 'console.log');
  return [
    fromText(
      'recorded/result.json',
      `${JSON.stringify({ ...result, kernel: cell.kernel, emulator: cell.emulator }, null, 2)}\n`,
    ),
    fromFile('recorded/observations.jsonl', path.join(folder, 'observations.jsonl')),
    ...(existsSync(consoleLog) ? [fromFile('recorded/console.log', consoleLog)] : []),
  ];
}

/** The sources of the guest's programs; they are in the bundle when they are those that the programs were made from. */
async function sourceMembers({ architecture, programs }: Restored, signal: AbortSignal): Promise<Member[]> {
  const current = await buildGuestPrograms(architecture, () => {}, signal);
  if (current.fingerprint !== programs.fingerprint) return [];
  return guestSources(architecture).map((name) => fromFile(`guest/${name}`, inProject('guest', name)));
}

async function membersOf(recorded: RecordedResult, restored: Restored, signal: AbortSignal): Promise<Member[]> {
  const { architecture, programs, step } = restored;
  const numbered = { ...step, number: 1 };
  const initramfs = packInitramfs({ programs, plan: [planLine(numbered)] });
  const command = qemuCommand(architecture, {
    kernel: 'kernel/image',
    initrd: 'initramfs.cpio',
    accel: restored.accel,
    sandbox: restored.emulator.sandbox,
  });
  const [binary = '', ...rest] = command;
  const lines = recordLines(readFileSync(path.join(recorded.folder, 'observations.jsonl'), 'utf8'), recorded.evidence);
  const sources = await sourceMembers(restored, signal);
  const script = reproduceScript({
    command: [path.basename(binary), ...rest],
    package: architecture.qemu.package,
    recorded,
    version: restored.emulator.version,
    withSources: sources.length > 0 ? guestFolder(architecture) : undefined,
  });
  return [
    fromText('reproduce.sh', script, 0o755),
    fromFile('initramfs.cpio', initramfs.path),
    fromText('recorded/probe.jsonl', lines.map((line) => `${line}\n`).join('')),
    ...recordedMembers(recorded),
    ...kernelMembers(recorded, restored),
    ...sources,
  ];
}

const NAME = /([^/]+)\.(?:tar\.gz|tgz|(tar\.zst))$/;

/** How the file's name says it is compressed, and what the folder in it is called. @throws Failure `bundle-name` */
function namedBy(file: string): { top: string; compression: 'gzip' | 'zstd' } {
  const [, top, zstd] = NAME.exec(file) ?? [];
  if (top !== undefined) return { top, compression: zstd === undefined ? 'gzip' : 'zstd' };
  const what = `a bundle is a .tar.gz or a .tar.zst, and "${file}" is not called so`;
  throw requestFailure('bundle-name', what, 'Name it FILE.tar.gz');
}

/**
 * Can a bundle be called so, and be written? To be asked before any work.
 * @throws Failure `bundle-name`, `missing-tool`; as `demandNamedFile`
 */
export async function demandBundle(file: string): Promise<void> {
  const { compression } = namedBy(file);
  demandNamedFile(file);
  if (compression === 'zstd') await demand([ZSTD], ZSTD.purpose, installCommand([ZSTD.package]));
}

/**
 * Writes the bundle; it has its name when it is whole. All of it lies in one folder, called as the file is.
 * @throws as `demandBundle`, `writeArchive`
 */
export async function writeBundle(
  file: string,
  recorded: RecordedResult,
  restored: Restored,
  signal: AbortSignal,
): Promise<void> {
  const { top, compression } = namedBy(file);
  const members = await writingTo(inCache('initramfs'), () => membersOf(recorded, restored, signal));
  await writeArchive(
    file,
    async (archive) => {
      for (const { name, content, mode = 0o644 } of members) {
        // A fixed time: the same bundle gives the same bytes.
        const header = { name: `${top}/${name}`, mode, mtime: new Date(0) };
        if ('text' in content) archive.entry(header, content.text);
        else if ('link' in content) archive.entry({ ...header, type: 'symlink', linkname: content.link });
        else {
          const entry = archive.entry({ ...header, size: statSync(content.file).size });
          await pipeline(createReadStream(content.file), entry);
        }
      }
    },
    { compression, signal },
  );
}
