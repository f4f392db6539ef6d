// SPDX-License-Identifier: MIT
// What a user's folder holds, file by file: read whole, or only where somebody says that it was touched.
import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { inCache } from '../config/paths.ts';
import { interrupted } from '../process/command.ts';
import { readJson, sha256 } from '../store/hash.ts';
import { lstatIfThere } from '../store/stat.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import { listFiles } from './tree-files.ts';

interface Entry {
  /** What lstat says: the same text means that the content need not be read again. */
  readonly stamp: string;
  /** Of content and mode. */
  readonly identity: string;
}

/** Name in the tree → its file, sorted by name. */
export type Inventory = ReadonlyMap<string, Entry>;

/** What was read earlier, and the names of all that may have changed since then: files, or folders with all in them. */
export interface Since {
  readonly inventory: Inventory;
  readonly touched: ReadonlySet<string>;
}

/** Undefined for what is gone, and for what is neither file nor link. */
export function stampOf(file: string): string | undefined {
  const stat = lstatIfThere(file);
  if (stat === undefined || !(stat.isFile() || stat.isSymbolicLink())) return undefined;
  return `${stat.mode.toString(8)} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
}

/** Undefined when it has gone since it was stamped. */
function identify(file: string): string | undefined {
  const stat = lstatIfThere(file);
  if (stat === undefined) return undefined;
  try {
    if (stat.isSymbolicLink()) return `link ${sha256(readlinkSync(file))}`;
    return `${stat.mode & 0o100 ? 'program' : 'file'} ${sha256(readFileSync(file))}`;
  } catch (error) {
    if (lstatIfThere(file) === undefined) return undefined;
    throw error;
  }
}

/** The stamp is the older of the two: what is written in between is seen the next time. */
function entryOf(file: string, stamp = stampOf(file)): Entry | undefined {
  const identity = stamp === undefined ? undefined : identify(file);
  return stamp === undefined || identity === undefined ? undefined : { stamp, identity };
}

/** Leaves room for other work after each `many`, and ends when the signal says so. */
function breather(many: number, signal: AbortSignal | undefined): () => Promise<void> {
  let done = 0;
  return async () => {
    if (++done % many !== 0) return;
    await breathe();
    if (signal?.aborted) throw interrupted('reading the tree');
  };
}

async function stampsOf(
  directory: string,
  names: Iterable<string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const stamps = new Map<string, string>();
  const pause = breather(500, signal);
  for (const name of names) {
    const stamp = stampOf(path.join(directory, name));
    if (stamp !== undefined) stamps.set(name, stamp);
    await pause();
  }
  return stamps;
}

/** The folder's name in our cache. */
export const treeKey = (directory: string): string => `tree-${sha256(directory).slice(0, 16)}`;

/** Where the inventory of the last time is kept: content is read again only where a stamp has changed. */
function kept(directory: string): { file: string; inventory: Inventory } {
  const file = inCache('trees', `${treeKey(directory)}.json`);
  const entries = readJson<[string, Entry][]>(file);
  return { file, inventory: new Map(Array.isArray(entries) ? entries : []) };
}

/** @param directory absolute @throws Failure `interrupted`, `missing-tool` */
export async function readInventory(directory: string, signal: AbortSignal | undefined): Promise<Inventory> {
  const { file, inventory: before } = kept(directory);
  // Side by side: what was there the last time is looked at while git lists what is there now.
  const [names, stamps] = await Promise.all([listFiles(directory, signal), stampsOf(directory, before.keys(), signal)]);
  const now = new Map<string, Entry>();
  const pause = breather(200, signal);
  let read = 0;
  for (const name of names) {
    const place = path.join(directory, name);
    const stamp = stamps.get(name) ?? stampOf(place);
    const known = before.get(name);
    if (stamp !== undefined && known?.stamp === stamp) {
      now.set(name, known);
      continue;
    }
    // A tracked file that is deleted in the work tree is not part of it.
    const entry = entryOf(place, stamp);
    if (entry === undefined) continue;
    now.set(name, entry);
    read++;
    await pause();
  }
  if (read > 0 || before.size !== now.size) writeFileAtomically(file, JSON.stringify([...now]));
  return now;
}

/** More names than this are a checkout or the like, which is read whole. */
const MANY = 500;

/** May these names bring or hide others? Folders do, gone ones too, and so do git's rules. */
function concernsOthers(directory: string, { inventory, touched }: Since): boolean {
  const strangers = [...touched].filter((name) => !inventory.has(name));
  const folders = strangers.map((name) => `${name}/`);
  return (
    touched.size > MANY ||
    [...touched].some((name) => path.basename(name) === '.gitignore') ||
    [...touched].some((name) => lstatIfThere(path.join(directory, name))?.isDirectory()) ||
    (folders.length > 0 && [...inventory.keys()].some((name) => folders.some((folder) => name.startsWith(folder))))
  );
}

/** The inventory of now, going by what was touched as far as that tells enough. @throws as `readInventory` */
export async function renewInventory(
  directory: string,
  since: Since,
  signal: AbortSignal | undefined,
): Promise<Inventory> {
  if (concernsOthers(directory, since)) return readInventory(directory, signal);
  const { inventory, touched } = since;
  const strangers = [...touched].filter((name) => !inventory.has(name) && stampOf(path.join(directory, name)));
  const added = strangers.length === 0 ? [] : await listFiles(directory, signal, strangers);
  const now = new Map(inventory);
  for (const name of [...[...touched].filter((one) => inventory.has(one)), ...added]) {
    const entry = entryOf(path.join(directory, name));
    if (entry === undefined) now.delete(name);
    else now.set(name, entry);
  }
  return added.length === 0 ? now : new Map([...now].sort(([a], [b]) => (a < b ? -1 : 1)));
}
