// SPDX-License-Identifier: MIT
// The tree that a kernel is built in: ours, one for each source and architecture. Its patches are switched in place,
// and only files whose content changes are replaced, so that make rebuilds only what depends on them.
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../config/paths.ts';
import { requestFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { writingTo } from '../store/disk.ts';
import { readJson } from '../store/hash.ts';
import { lstatIfThere } from '../store/stat.ts';
import { installFolder, removeTree, sweepTemporary, writeFileAtomically } from '../store/temporary.ts';
import type { Patch } from './patches.ts';
import type { Contents, KernelSource } from './source.ts';

/** What the workspace holds. `pending` files may be in either state: a switch was begun and not finished. */
interface State {
  readonly source: string;
  readonly patches: readonly string[];
  /** Files that differ from the source because of the patches. */
  readonly touched: readonly string[];
  readonly pending: readonly string[];
}

export interface Workspace {
  /** Holds the tree and what we know of it. */
  readonly root: string;
  /** The kernel tree itself. */
  readonly tree: string;
}

/** `architecture`: its fragment, since records that share a kernel share its objects. */
export function workspaceOf(source: KernelSource, architecture: string): Workspace {
  const root = inCache('workspaces', `${source.workspaceKey}-${architecture}`);
  return { root, tree: path.join(root, 'tree') };
}

const stateFile = (root: string): string => path.join(root, 'state.json');
const contentsFile = (root: string): string => path.join(root, 'contents.json');

function save(root: string, state: State, contents?: Contents): void {
  // The contents first: with a state that is too old the next switch looks at too many files, never at too few.
  if (contents) writeFileAtomically(contentsFile(root), JSON.stringify([...contents]));
  writeFileAtomically(stateFile(root), JSON.stringify(state));
}

async function create(workspace: Workspace, source: KernelSource, signal: AbortSignal): Promise<void> {
  await installFolder(workspace.root, async (root) => {
    const tree = path.join(root, 'tree');
    mkdirSync(tree);
    await source.populate(tree, signal);
    save(root, { source: source.identity, patches: [], touched: [], pending: [] }, source.contents);
  });
}

/** Files in which two sources differ. */
export function differences(before: Contents, after: Contents): string[] {
  const changed = [...after].filter(([name, identity]) => before.get(name) !== identity).map(([name]) => name);
  return [...changed, ...[...before.keys()].filter((name) => !after.has(name))];
}

function sameFile(left: string, right: string): boolean {
  const a = lstatIfThere(left);
  const b = lstatIfThere(right);
  if (a === undefined || b === undefined) return a === b;
  if (a.isSymbolicLink() && b.isSymbolicLink()) return readlinkSync(left) === readlinkSync(right);
  if (!a.isFile() || !b.isFile() || a.size !== b.size || (a.mode & 0o111) !== (b.mode & 0o111)) return false;
  return readFileSync(left).equals(readFileSync(right));
}

/** Makes the named files of `tree` those of `scratch`, by renaming: a link to the pristine source is broken, not followed. */
function move(scratch: string, tree: string, names: readonly string[]): void {
  const differing = names.filter((name) => !sameFile(path.join(scratch, name), path.join(tree, name)));
  // A name of a file may be that of a folder in the other tree.
  const isFile = (name: string): boolean => lstatIfThere(path.join(scratch, name))?.isDirectory() === false;
  for (const old of differing.map((name) => path.join(tree, name))) {
    if (lstatIfThere(old)) rmSync(old, { recursive: true });
  }
  for (const name of differing.filter(isFile)) {
    const file = path.join(scratch, name);
    // make goes by the time: what is replaced must be newer than every object.
    if (!lstatSync(file).isSymbolicLink()) utimesSync(file, new Date(), new Date());
    mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
    renameSync(file, path.join(tree, name));
  }
}

/** First file and hunk that `patch` complains of. */
export function rejection(output: string): string {
  let file = '';
  for (const line of output.split('\n')) {
    file = /^(?:patching|checking) file '?(.+?)'?(?: \(.*\))?$/.exec(line)?.[1] ?? file;
    const hunk = /^Hunk #(\d+) (?:FAILED|ignored) at (\d+)/.exec(line);
    if (hunk) return `hunk ${hunk[1]} of ${file}, at line ${hunk[2]}, does not fit`;
    if (/^Reversed \(or previously applied\)/.test(line)) return `${file} already has this change`;
    const ignored = /^\d+ out of \d+ hunks? (?:FAILED|ignored)/.exec(line);
    if (ignored) return `${file}: ${ignored[0]}`;
    if (/^can't find file to patch/.test(line)) return 'a file that it changes is not in this tree';
    if (/^patch: \*\*\*\*/.test(line)) return line.replace(/^patch: \*+ */, '');
  }
  return output.trim().split('\n')[0] ?? 'patch gave no reason';
}

/** @throws Failure `patch-does-not-apply` naming patch, file and hunk */
async function apply(patch: Patch, scratch: string, version: string, signal: AbortSignal): Promise<void> {
  const args = ['-p1', '--forward', '--batch', '--fuzz=0', '--no-backup-if-mismatch', '--reject-file=-', '-d', scratch];
  const result = await runCommand('patch', args, {
    input: patch.content,
    signal,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
  });
  if (result.exitCode === 0) return;
  const absent = patch.touched.find((name) => !existsSync(path.join(scratch, name)));
  const found = rejection(result.tail);
  const reason = /is not in this tree/.test(found) && absent ? `${absent} is not in this tree` : found;
  throw requestFailure(
    'patch-does-not-apply',
    `the patch ${patch.name} (${patch.file}) does not apply to Linux ${version}: ${reason}`,
    'Adapt it to this version; the tree was left as it was',
  );
}

/** Brings the workspace to a source with patches. The caller holds the build lock. */
export async function prepareWorkspace(
  source: KernelSource,
  patches: readonly Patch[],
  architecture: string,
  signal: AbortSignal,
): Promise<Workspace> {
  const workspace = workspaceOf(source, architecture);
  const { root, tree } = workspace;
  return writingTo(path.dirname(root), async () => {
    await sweepTemporary(path.dirname(root));
    const known = (): State | undefined => (existsSync(tree) ? readJson<State>(stateFile(root)) : undefined);
    // Large, so that it is read once, and only where the source says what it holds.
    const remembered: Contents = new Map((source.contents && readJson<[string, string][]>(contentsFile(root))) ?? []);
    const usable = known() !== undefined && (source.contents === undefined || remembered.size > 0);
    if (!usable) await create(workspace, source, signal);
    const state = known();
    if (state === undefined) throw new Error(`${root} has no state although it was just made`);

    const wanted = patches.map((patch) => patch.sha256);
    const settled = state.pending.length === 0 && state.source === source.identity;
    if (settled && wanted.join() === state.patches.join()) return workspace;

    const ofSource =
      source.contents && state.source !== source.identity ? differences(remembered, source.contents) : [];
    const touched = [...new Set(patches.flatMap((patch) => patch.touched))];
    const names = [...new Set([...ofSource, ...state.touched, ...state.pending, ...touched])];
    const scratch = path.join(root, 'scratch');
    await removeTree(scratch);
    mkdirSync(scratch);
    try {
      await source.extract(names, scratch, signal);
      for (const patch of patches) await apply(patch, scratch, source.version, signal);
      save(root, { ...state, pending: names });
      move(scratch, tree, names);
      save(root, { source: source.identity, patches: wanted, touched, pending: [] }, source.contents);
    } finally {
      await removeTree(scratch);
    }
    return workspace;
  });
}
