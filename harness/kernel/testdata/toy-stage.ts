// SPDX-License-Identifier: MIT
// The whole stage on a toy kernel: a Makefile with the targets of the real one, which "compiles" by copying. Each test
// has a tree and a cache of its own. To be imported before anything of the stage itself.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import type { TraplineEvent } from '../../outcome/events.ts';

export const root = mkdtempSync(path.join(tmpdir(), 'trapline-kernel-'));
// The project's own folder, as far as the stage reads it; paths.ts looks at this when it is loaded.
process.env.TRAPLINE_ROOT = path.join(root, 'project');
mkdirSync(path.join(root, 'project/kernel-config/arch'), { recursive: true });
writeFileSync(path.join(root, 'project/kernel-config/arch/x86_64.config'), '');

const { findArchitecture } = await import('../../arch/index.ts');
export const stage = await import('../index.ts');
const { buildKernel, parseKernelRequest, resolveKernel } = stage;

export const MAKEFILE = `VERSION = 6
PATCHLEVEL = 1
SUBLEVEL = 7
EXTRAVERSION =
tinyconfig:
	@echo '# CONFIG_TOY is not set' > .config
olddefconfig:
	@grep -v 'CONFIG_TOY is not\\|CONFIG_GONE' .config > .config.tmp; mv .config.tmp .config
vmlinux: main.o core.o
	@echo '  LD      vmlinux'; cat main.o core.o > vmlinux
	@mkdir -p include/config; echo 6.1.7 > include/config/kernel.release
%.o: %.c
	@echo '  CC      $@'; echo $@ >> compiled
	@if grep -q BROKEN $<; then echo '$<:1:2: error: broken on purpose'; exit 1; fi
	@if grep -q SLOW $<; then sleep 300; fi
	@cp $< $@
`;
export const FILES: Record<string, string> = {
  Makefile: MAKEFILE,
  Kconfig: 'config TOY\n\tbool "toy"\n',
  'main.c': 'one\ntwo\nthree\n',
  'core.c': 'alpha\nbeta\ngamma\n',
  '.gitignore': '*.o\nvmlinux\n.config\ncompiled\n/include/config/\n',
};
export const PATCH = '--- a/core.c\n+++ b/core.c\n@@ -1,3 +1,3 @@\n alpha\n-beta\n+BETA\n gamma\n';

export let tree: string;
export let events: TraplineEvent[];
export const sink = (event: TraplineEvent): void => {
  events.push(event);
};
const architecture = findArchitecture('x86_64');
export const project = (...parts: string[]): string => path.join(root, 'project/kernel-config', ...parts);
export const cache = (): string => process.env.TRAPLINE_CACHE ?? '';
export const plan = (selector: string) => resolveKernel(parseKernelRequest(selector), architecture, sink);
export const build = async (selector: string, signal?: AbortSignal) => buildKernel(await plan(selector), sink, signal);
export const content = (artifact: { vmlinux: string }): string => readFileSync(artifact.vmlinux, 'utf8');
export const write = (name: string, text: string): void => writeFileSync(path.join(tree, name), text);
/** What was compiled since the last call, in the one workspace that there is. */
export function compiled(): string[] {
  const [workspace = ''] = readdirSync(path.join(cache(), 'workspaces'));
  const file = path.join(cache(), 'workspaces', workspace, 'tree/compiled');
  if (!existsSync(file)) return [];
  const names = readFileSync(file, 'utf8').trim().split('\n').sort();
  rmSync(file);
  return names;
}
/** Anything below the cache that should not outlive a call. */
export const leftovers = (): string[] =>
  readdirSync(cache(), { recursive: true })
    .map(String)
    .filter((name) => /(^|\/)\.tmp-|scratch|\.lock|\.holder|\.unpacking/.test(name));

beforeEach(() => {
  events = [];
  process.env.TRAPLINE_CACHE = mkdtempSync(path.join(root, 'cache-'));
  tree = mkdtempSync(path.join(root, 'tree-'));
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  writeFileSync(project('base.config'), 'CONFIG_TOY=y\n');
  for (const folder of ['patches', 'mutants']) rmSync(project(folder), { recursive: true, force: true });
  mkdirSync(project('patches/louder'), { recursive: true });
  writeFileSync(project('patches/louder/6.1.patch'), PATCH);
  writeFileSync(project('patches/louder/6.12.patch'), 'for another version\n');
});
afterAll(() => {
  rmSync(root, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
  delete process.env.TRAPLINE_ROOT;
});
