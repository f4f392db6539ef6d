// SPDX-License-Identifier: MIT
// A stored folder says in manifest.json what it consists of, so that damage is noticed before it is used.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readJson, sha256File } from './hash.ts';

const manifestSchema = z.object({
  schema: z.literal('trapline-manifest/1'),
  /** Free fields of the folder's owner. */
  facts: z.record(z.string(), z.string()),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = 'manifest.json';

/** Writes the manifest of a folder that is still being filled; `names` are files in it. */
export function writeManifest(folder: string, facts: Record<string, string>, names: readonly string[]): Manifest {
  const files = names.map((name) => {
    const file = path.join(folder, name);
    return { name, bytes: statSync(file).size, sha256: sha256File(file) };
  });
  const manifest: Manifest = { schema: 'trapline-manifest/1', facts, files };
  writeFileSync(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

export type Verification =
  | { state: 'missing' }
  | { state: 'corrupt'; problem: string }
  | { state: 'whole'; manifest: Manifest };

/** The manifest alone, without looking at the files. */
export function readManifest(folder: string): Manifest | undefined {
  return manifestSchema.safeParse(readJson(path.join(folder, MANIFEST))).data;
}

/** Compares every file's size and hash with the manifest. */
export function verifyFolder(folder: string): Verification {
  if (!existsSync(folder)) return { state: 'missing' };
  const manifest = readManifest(folder);
  if (!manifest) return { state: 'corrupt', problem: `${MANIFEST} is missing or damaged` };
  // One file under two names is read once.
  const hashes = new Map<number, string>();
  for (const { name, bytes, sha256 } of manifest.files) {
    const file = path.join(folder, name);
    if (!existsSync(file)) return { state: 'corrupt', problem: `${name} is missing` };
    const { size, ino } = statSync(file);
    if (size !== bytes) return { state: 'corrupt', problem: `${name} has ${size} bytes instead of ${bytes}` };
    const hash = hashes.get(ino) ?? sha256File(file);
    hashes.set(ino, hash);
    if (hash !== sha256) return { state: 'corrupt', problem: `the content of ${name} has changed` };
  }
  return { state: 'whole', manifest };
}
