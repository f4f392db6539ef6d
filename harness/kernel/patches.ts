// SPDX-License-Identifier: MIT
// Patches by name or file, which of a folder's files fits a version, and the files that a patch touches.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';
import { requestFailure } from '../outcome/failure.ts';
import { compareVersions } from '../outcome/version.ts';
import { sha256 } from '../store/hash.ts';

export interface Patch {
  /** As it was asked for: `without`, `FILE.patch`. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly content: Buffer;
  readonly sha256: string;
  /** Paths in the tree that it reads or writes, sorted. */
  readonly touched: readonly string[];
}

/** Of "6.1.patch", "6.12.patch" …, the one with the highest version not above the tree's. */
export function fittingFile(names: readonly string[], version: string): string | undefined {
  return names
    .filter((name) => /^\d+(\.\d+)*\.patch$/.test(name) && compareVersions(name, version) <= 0)
    .sort(compareVersions)
    .at(-1);
}

/**
 * Paths that a unified diff (with git's extensions) touches, its first component stripped.
 * @throws Failure `patch-leaves-the-tree` for an absolute path or one with `..`
 */
export function touchedFiles(diff: string, name: string): string[] {
  const touched = new Set<string>();
  const add = (raw: string, strip: boolean): void => {
    const file = raw.replace(/\t.*$/, '').replace(/^"(.*)"$/, '$1');
    if (file === '/dev/null') return;
    const inTree = strip ? file.replace(/^[^/]*\//, '') : file;
    if (path.isAbsolute(file) || inTree.split('/').includes('..') || inTree.startsWith('.git/')) {
      throw requestFailure(
        'patch-leaves-the-tree',
        `the patch ${name} touches "${file}"`,
        'A patch may only name files inside the tree',
      );
    }
    touched.add(inTree);
  };
  // Lines of a hunk may look like headers ("--- a" for a removed line "-- a"): hunks are skipped by their counts.
  let removals = 0;
  let additions = 0;
  for (const line of diff.split('\n')) {
    if (removals > 0 || additions > 0) {
      if (line.startsWith('\\')) continue;
      if (!line.startsWith('+')) removals--;
      if (!line.startsWith('-')) additions--;
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      removals = Number(hunk[1] ?? 1);
      additions = Number(hunk[2] ?? 1);
      continue;
    }
    const header = /^(?:---|\+\+\+) (.+)$/.exec(line);
    if (header?.[1] !== undefined) add(header[1].trimEnd(), true);
    const move = /^(?:rename|copy) (?:from|to) (.+)$/.exec(line);
    if (move?.[1] !== undefined) add(move[1], false);
    // A file created, removed or with another mode but without content has no ---/+++ lines.
    const git = /^diff --git [^/ ]+\/(.+) [^/ ]+\/\1$/.exec(line);
    if (git?.[1] !== undefined) add(git[1], false);
  }
  return [...touched].sort();
}

function knownPatches(): string[] {
  return ['patches', 'mutants'].flatMap((folder) => {
    const below = inProject('kernel-config', folder);
    return existsSync(below) ? readdirSync(below).map((name) => name.replace(/\.patch$/, '')) : [];
  });
}

function findFile(name: string, version: string): string {
  if (name.endsWith('.patch')) {
    const file = path.resolve(name);
    if (existsSync(file) && statSync(file).isFile()) return file;
    throw requestFailure('unknown-patch', `there is no patch file ${file}`, 'Name a file that exists');
  }
  for (const folder of ['patches', 'mutants']) {
    const below = inProject('kernel-config', folder, name);
    if (existsSync(below) && statSync(below).isDirectory()) {
      const names = readdirSync(below);
      const fitting = fittingFile(names, version);
      if (fitting !== undefined) return path.join(below, fitting);
      throw requestFailure(
        'no-patch-for-version',
        `the patch "${name}" has no file for Linux ${version} (it has ${names.filter((each) => each.endsWith('.patch')).join(', ')})`,
        `Add one to ${below}, or take a newer kernel`,
      );
    }
    if (existsSync(`${below}.patch`)) return `${below}.patch`;
  }
  const known = knownPatches().sort().join(', ');
  throw requestFailure(
    'unknown-patch',
    `there is no patch "${name}"`,
    `Known are: ${known || 'none'}; or name a FILE.patch (paths go from the current folder)`,
  );
}

/** @throws Failure `unknown-patch`, `no-patch-for-version`, `empty-patch`, `patch-leaves-the-tree` */
export function loadPatches(names: readonly string[], version: string): Patch[] {
  return names.map((name) => {
    const file = findFile(name, version);
    const content = readFileSync(file);
    const touched = touchedFiles(content.toString('utf8'), name);
    if (touched.length === 0) throw requestFailure('empty-patch', `${file} changes no file`, 'Give a unified diff');
    return { name, file, content, sha256: sha256(content), touched };
  });
}
