// SPDX-License-Identifier: MIT
// The kernels that are broken on purpose: kernel-config/mutants/*.patch, each with a header that says what it breaks.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';

export interface Mutant {
  /** File name without `.patch`: also the name behind `+` in a selector. */
  readonly name: string;
  /** Clauses that should catch it. */
  readonly breaks: readonly string[];
  readonly architectures: readonly string[];
  /** What is broken, in a sentence or two. */
  readonly description: string;
}

const words = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** The header is everything before the diff. @throws Error when it does not name clauses and architectures */
export function parseMutant(name: string, patch: string): Mutant {
  const header = patch.slice(0, patch.search(/^(---|diff ) ?/m));
  const breaks = words(/^Breaks:(.*)$/m.exec(header)?.[1]);
  const architectures = words(/^Architectures:(.*)$/m.exec(header)?.[1]);
  const description = header
    .split('\n')
    .filter((line) => !/^(SPDX-License-Identifier|Breaks|Architectures):/.test(line))
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/^ ?A mutant: /, '')
    .trim();
  if (breaks.length === 0 || architectures.length === 0) {
    throw new Error(`${name}: a mutant's header names what it "Breaks:" and its "Architectures:"`);
  }
  return { name, breaks, architectures, description };
}

export function listMutants(folder: string = inProject('kernel-config', 'mutants')): Mutant[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => parseMutant(file.replace(/\.patch$/, ''), readFileSync(path.join(folder, file), 'utf8')));
}
