// SPDX-License-Identifier: MIT
// From tinyconfig and our fragments to a .config that holds every line asked for.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { diskFullFailure, saysDiskFull } from '../store/disk.ts';
import { readJson, sha256, sha256Json } from '../store/hash.ts';
import { writeFileAtomically } from '../store/temporary.ts';
import type { BuildPlace } from './builder.ts';
import { demandLines, type Fragment } from './fragments.ts';
import type { Patch } from './patches.ts';
import type { KernelSource } from './source.ts';
import type { Workspace } from './workspace.ts';

/** Files that decide what olddefconfig makes of a configuration. */
const decides = (name: string): boolean =>
  /(^|\/)Kconfig[^/]*$/.test(name) ||
  /^(scripts\/|Makefile$|kernel\/configs\/|arch\/[^/]+\/(Makefile|configs\/))/.test(name);

/** Changes exactly when the configuration has to be made anew. */
export function configurationKey(
  source: KernelSource,
  patches: readonly Patch[],
  fragments: readonly Fragment[],
  toolchain: string,
): string {
  const files = source.contents ? [...source.contents].filter(([name]) => decides(name)) : source.identity;
  const changing = patches.filter((patch) => patch.touched.some(decides)).map((patch) => patch.sha256);
  return sha256Json({ files, changing, fragments, toolchain });
}

/** Is the option defined anywhere in the tree? Asked only to explain a failure, so it may take its time. */
async function isDefined(tree: string, option: string, signal: AbortSignal): Promise<boolean> {
  const pattern = `^[[:space:]]*(menu)?config[[:space:]]+${option.replace(/^CONFIG_/, '')}[[:space:]]*$`;
  const found = await runCommand('grep', ['-rqE', '--include=Kconfig*', pattern, '.'], { cwd: tree, signal });
  return found.exitCode === 0;
}

/**
 * Writes .config in the tree unless it already is the one asked for; its time stays when its content does.
 * @throws Failure `configuration-option-missing`, `kernel-configuration-failed`
 */
export async function configure(
  workspace: Workspace,
  place: BuildPlace,
  version: string,
  fragments: readonly Fragment[],
  key: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  const remembered = path.join(workspace.root, 'configured.json');
  const before = await place.read('.config');
  const done = readJson<{ key: string; sha256: string }>(remembered);
  if (before && done?.key === key && done.sha256 === sha256(before.text)) return;

  rmSync(remembered, { force: true });
  const make = async (target: string): Promise<void> => {
    const result = await place.make([target], { signal, logFile, keepBytes: 65_536 });
    if (result.exitCode === 0) return;
    if (saysDiskFull(result.tail)) throw diskFullFailure(place.name);
    const said =
      result.tail.split('\n').find((line) => /error|\*\*\*/i.test(line)) ?? `make ended with ${result.exitCode}`;
    throw infrastructureFailure(
      'kernel-configuration-failed',
      `make ${target} failed for Linux ${version}: ${said.trim()}`,
      `See ${logFile}`,
    );
  };
  const made = async (): Promise<string> => {
    const file = await place.read('.config');
    if (file) return file.text;
    throw infrastructureFailure(
      'kernel-configuration-failed',
      `make left no .config for Linux ${version}`,
      `See ${logFile}`,
    );
  };
  await make('tinyconfig');
  const asked = fragments.flatMap(({ lines }) => lines);
  await place.write('.config', `${await made()}${asked.map((line) => `${line}\n`).join('')}`);
  await make('olddefconfig');
  const text = await made();
  const defined = new Map<string, boolean>();
  for (const option of asked.map((line) => /CONFIG_\w+/.exec(line)?.[0] ?? '')) {
    if (!text.includes(`${option}=`) && !text.includes(`${option} is`))
      defined.set(option, await isDefined(workspace.tree, option, signal));
  }
  demandLines(fragments, text, version, (option) => defined.get(option) ?? true);
  if (before?.text === text) await place.write('.config', text, before.time);
  writeFileAtomically(remembered, JSON.stringify({ key, sha256: sha256(text) }));
}
