// SPDX-License-Identifier: MIT
// What a stage needs of the machine, as data: builds check it before they start, doctor lists and installs it.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { infrastructureFailure } from '../outcome/failure.ts';
import { rememberedCommand } from './remembered.ts';

export interface Requirement {
  /** A program on PATH, or a header that the host's compiler must find. */
  readonly kind: 'command' | 'header';
  /** Program's or header's name, e.g. `flex`, `gelf.h`. */
  readonly tool: string;
  /** Debian package that holds it. */
  readonly package: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
}

export function onPath(program: string): boolean {
  const folders = program.includes('/') ? [''] : (process.env.PATH ?? '/usr/bin:/bin').split(':');
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Those that this machine lacks, in the order given. Headers are looked for only when there is a `gcc`. */
export async function missingRequirements(requirements: readonly Requirement[]): Promise<Requirement[]> {
  const present = await Promise.all(
    requirements.map(async ({ kind, tool }) => {
      if (kind === 'command') return onPath(tool);
      if (!onPath('gcc')) return false;
      const tried = await rememberedCommand('gcc', ['-E', '-o', '/dev/null', '-x', 'c', '-'], {
        input: `#include <${tool}>\n`,
      });
      return tried.exitCode === 0;
    }),
  );
  return requirements.filter((_, index) => !present[index]);
}

/**
 * @param remedy the command that installs them, where it is not the doctor's
 * @throws Failure `missing-tool` naming the tools, their packages and the command that installs them
 */
export async function demand(
  requirements: readonly Requirement[],
  what: string,
  remedy = './trapline doctor --install',
): Promise<void> {
  const missing = await missingRequirements(requirements);
  if (missing.length === 0) return;
  const tools = missing.map(({ tool }) => tool).join(', ');
  const packages = [...new Set(missing.map((requirement) => requirement.package))].join(' ');
  throw infrastructureFailure(
    'missing-tool',
    `${what} needs ${tools}, which this machine lacks (Debian: ${packages})`,
    `Install with ${remedy}`,
  );
}
