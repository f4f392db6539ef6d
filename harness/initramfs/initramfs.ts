// SPDX-License-Identifier: MIT
// Recipe → archive: the guest's programs, and on top what this one machine is to do.
import { existsSync } from 'node:fs';
import { inCache } from '../config/paths.ts';
import { sha256 } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import { type CpioEntry, cpio } from './cpio.ts';
import { type GuestPrograms, readPrograms } from './guest-programs.ts';

/** A file of the user's for `exec`; it lies in /work under this name, executable. */
export interface WorkFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface Recipe {
  readonly programs: GuestPrograms;
  /** Lines of /plan: what init does (guest/init/init.c). */
  readonly plan: readonly string[];
  /** Program and arguments for a plan line `exec`. */
  readonly exec?: readonly string[];
  readonly work?: readonly WorkFile[];
}

export interface Initramfs {
  readonly path: string;
  readonly sha256: string;
}

function entriesOf(recipe: Recipe): CpioEntry[] {
  const folders = ['dev', 'proc', 'sys', 'tmp', 'work'].map((path): CpioEntry => ({ kind: 'folder', path }));
  return [
    ...folders,
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    ...readPrograms(recipe.programs).map(
      ({ name, content }): CpioEntry => ({ kind: 'file', path: name, content, mode: 0o755 }),
    ),
    { kind: 'file', path: 'plan', content: Buffer.from(recipe.plan.map((line) => `${line}\n`).join('')) },
    ...(recipe.exec
      ? [{ kind: 'file', path: 'exec', content: Buffer.from(recipe.exec.map((word) => `${word}\0`).join('')) } as const]
      : []),
    ...(recipe.work ?? []).map(
      ({ name, content }): CpioEntry => ({ kind: 'file', path: `work/${name}`, content, mode: 0o755 }),
    ),
  ];
}

/** The archive of a recipe, in the cache under the hash of its bytes: the same recipe gives the same file. */
export function packInitramfs(recipe: Recipe): Initramfs {
  const archive = cpio(entriesOf(recipe));
  const hash = sha256(archive);
  const file = inCache('initramfs', `${hash.slice(0, 32)}.cpio`);
  if (!existsSync(file)) writeFileAtomically(file, archive);
  return { path: file, sha256: hash };
}
