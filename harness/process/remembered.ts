// SPDX-License-Identifier: MIT
// What programs of this machine say of themselves (versions, where a library lies) is asked once and remembered until
// the program or the machine's packages change: asking eight of them takes longer than the rest of a short verb.
import { accessSync, constants, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolders } from '../config/folders.ts';
import { inCache } from '../config/paths.ts';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';

interface Memory {
  readonly stamp: string;
  readonly results: Record<string, CommandResult>;
}

/** Changes with every package that Debian installs or removes; missing elsewhere. */
const PACKAGES = '/var/lib/dpkg/status';
const file = (): string => inCache('programs.json');

const stampOf = (name: string): string => {
  const stat = statSync(name, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : 'missing';
};

/** The file that the shell would run, behind all links. */
function resolveProgram(program: string): string | undefined {
  const folders = program.includes('/') ? [''] : (process.env.PATH ?? '/usr/bin:/bin').split(':');
  for (const folder of folders) {
    const candidate = path.join(folder, program);
    try {
      accessSync(candidate, constants.X_OK);
      return realpathSync(candidate);
    } catch {
      // Not this folder.
    }
  }
  return undefined;
}

let memory: Memory | undefined;
let memoryFile: string | undefined;

function remembered(): Memory {
  const stamp = stampOf(PACKAGES);
  if (memory && memory.stamp === stamp && memoryFile === file()) return memory;
  memoryFile = file();
  try {
    const read = JSON.parse(readFileSync(memoryFile, 'utf8')) as Memory;
    memory = read.stamp === stamp && typeof read.results === 'object' ? read : { stamp, results: {} };
  } catch {
    memory = { stamp, results: {} };
  }
  return memory;
}

function keep(known: Memory): void {
  // Half a file of another one is never read; an answer that is lost is asked again.
  const fresh = `${file()}.${process.pid}.tmp`;
  try {
    makeFolders(path.dirname(fresh));
    writeFileSync(fresh, JSON.stringify(known));
    renameSync(fresh, file());
  } catch {
    // Without a cache that can be written it is only slower.
  }
}

/** What is written to the program, and how long its answer is waited for. */
export type Question = Pick<CommandOptions, 'signal' | 'timeoutSeconds'> & { readonly input?: string };

/**
 * Like `runCommand`, for questions whose answer depends on the installed programs alone.
 * Only answers with status 0 are remembered. @throws as `runCommand`
 */
export async function rememberedCommand(
  program: string,
  args: readonly string[],
  { input, ...limits }: Question = {},
): Promise<CommandResult> {
  const resolved = resolveProgram(program);
  const ask = () => runCommand(program, args, input === undefined ? limits : { ...limits, input });
  if (resolved === undefined) return ask();
  const key = JSON.stringify([program, resolved, stampOf(resolved), args, input ?? '']);
  const known = remembered().results[key];
  if (known) return known;
  const result = await ask();
  if (result.exitCode === 0) {
    const now = remembered();
    now.results[key] = result;
    keep(now);
  }
  return result;
}
