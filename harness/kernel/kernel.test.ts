// SPDX-License-Identifier: MIT
// The whole stage on a toy kernel: a Makefile with the targets of the real one, which "compiles" by copying.
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';

const root = await vi.hoisted(async () => {
  const { mkdtempSync, mkdirSync, writeFileSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/trapline-kernel-');
  // The project's own folder, as far as the stage reads it; paths.ts looks at this when it is loaded.
  process.env.TRAPLINE_ROOT = `${folder}/project`;
  mkdirSync(`${folder}/project/kernel-config/arch`, { recursive: true });
  writeFileSync(`${folder}/project/kernel-config/arch/x86_64.config`, '');
  return folder;
});

const { findArchitecture } = await import('../arch/index.ts');
const { buildKernel, listKernels, parseKernelRequest, pruneKernels, resolveKernel, sourceTree } = await import(
  './index.ts'
);
const { listFiles } = await import('./tree-files.ts');
const { withLock } = await import('../store/lock.ts');
type TraplineEvent = import('../outcome/events.ts').TraplineEvent;

const MAKEFILE = `VERSION = 6
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
const FILES: Record<string, string> = {
  Makefile: MAKEFILE,
  Kconfig: 'config TOY\n\tbool "toy"\n',
  'main.c': 'one\ntwo\nthree\n',
  'core.c': 'alpha\nbeta\ngamma\n',
  '.gitignore': '*.o\nvmlinux\n.config\ncompiled\n/include/config/\n',
};
const PATCH = '--- a/core.c\n+++ b/core.c\n@@ -1,3 +1,3 @@\n alpha\n-beta\n+BETA\n gamma\n';

let tree: string;
let events: TraplineEvent[];
const sink = (event: TraplineEvent): void => {
  events.push(event);
};
const architecture = findArchitecture('x86_64');
const project = (...parts: string[]): string => path.join(root, 'project/kernel-config', ...parts);
const cache = (): string => process.env.TRAPLINE_CACHE ?? '';
const plan = (selector: string) => resolveKernel(parseKernelRequest(selector), architecture, sink);
const build = async (selector: string, signal?: AbortSignal) => buildKernel(await plan(selector), sink, signal);
const content = (artifact: { vmlinux: string }): string => readFileSync(artifact.vmlinux, 'utf8');
const write = (name: string, text: string): void => writeFileSync(path.join(tree, name), text);
/** What was compiled since the last call, in the one workspace that there is. */
function compiled(): string[] {
  const [workspace = ''] = readdirSync(path.join(cache(), 'workspaces'));
  const file = path.join(cache(), 'workspaces', workspace, 'tree/compiled');
  if (!existsSync(file)) return [];
  const names = readFileSync(file, 'utf8').trim().split('\n').sort();
  rmSync(file);
  return names;
}
/** Anything below the cache that should not outlive a call. */
const leftovers = (): string[] =>
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

describe('building', () => {
  it('builds once, and takes it from the store afterwards', async () => {
    expect((await plan(`tree:${tree}`)).cached).toBe(false);
    const artifact = await build(`tree:${tree}`);
    expect(content(artifact)).toBe('one\ntwo\nthree\nalpha\nbeta\ngamma\n');
    expect(readFileSync(artifact.config, 'utf8')).toBe('CONFIG_TOY=y\n');
    expect(artifact.version).toBe('6.1.7');
    expect(existsSync(path.join(artifact.directory, 'build.log'))).toBe(true);
    expect(compiled()).toEqual(['core.o', 'main.o']);
    expect((await plan(`tree:${tree}`)).cached).toBe(true);
    expect(await build(`tree:${tree}`)).toEqual(artifact);
    expect(compiled()).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('switches patches, and rebuilds only what they touch', async () => {
    const plain = await build(`tree:${tree}`);
    compiled();
    const patched = await build(`tree:${tree}+louder`);
    expect(content(patched)).toContain('BETA');
    expect(patched.fingerprint).not.toBe(plain.fingerprint);
    expect(compiled()).toEqual(['core.o']);
    rmSync(plain.directory, { recursive: true });
    expect(content(await build(`tree:${tree}`))).toBe('one\ntwo\nthree\nalpha\nbeta\ngamma\n');
    expect(compiled()).toEqual(['core.o']);
  });

  it.each([false, true])(
    'reads a tree whose own rules ignore all, as those of Debian do; a repository: %s',
    async (made) => {
      write('.gitignore', `${FILES['.gitignore']}/*\n!/debian/\n`);
      write('made.o', 'a build product\n');
      if (made) execFileSync('sh', ['-c', 'git init -q && git add -A'], { cwd: tree });
      expect(content(await build(`tree:${tree}`))).toContain('two');
      expect(await listFiles(tree, undefined)).toEqual(['.gitignore', 'Kconfig', 'Makefile', 'core.c', 'main.c']);
      expect(await listFiles(tree, undefined, ['main.c', 'made.o'])).toEqual(['main.c']);
      if (!made) return;
      // What was added in spite of the rules is what git shows, and nothing but that.
      execFileSync('git', ['add', '-f', 'Makefile', 'main.c'], { cwd: tree });
      expect(await listFiles(tree, undefined)).toEqual(['Makefile', 'main.c']);
      expect(await listFiles(tree, undefined, ['main.c', 'core.c'])).toEqual(['main.c']);
    },
  );

  it('notices a corrupt artifact, says so and builds it again', async () => {
    const artifact = await build(`tree:${tree}`);
    const good = content(artifact);
    writeFileSync(artifact.vmlinux, good.replace('alpha', 'alphA'));
    const again = await build(`tree:${tree}`);
    expect(content(again)).toBe(good);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'notice', message: expect.stringContaining('damaged') }),
    );
  });

  it('stops when an option is missing, and names it', async () => {
    writeFileSync(project('base.config'), 'CONFIG_TOY=y\nCONFIG_GONE=y\n');
    await expect(build(`tree:${tree}`)).rejects.toMatchObject({
      name: 'configuration-option-missing',
      what: expect.stringMatching(/CONFIG_GONE=y asked for in base\.config; .*no such option in 6\.1\.7/),
    });
    writeFileSync(project('base.config'), 'CONFIG_TOY=y\n');
    expect(content(await build(`tree:${tree}`))).toContain('alpha');
  });

  it('shows the first error of a failing build, and keeps its log', async () => {
    write('core.c', 'BROKEN\n');
    const failure = await build(`tree:${tree}`).catch((error) => error);
    expect(failure).toMatchObject({ name: 'kernel-build-failed', kind: 'infrastructure' });
    expect(failure.what).toContain('core.c:1:2: error: broken on purpose');
    const log = /\/\S+\.log/.exec(failure.remedy)?.[0] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('CC      core.o');
    expect(listKernels()).toEqual([]);
    write('core.c', 'mended\n');
    expect(content(await build(`tree:${tree}`))).toContain('mended');
  });

  it('is interrupted without leaving a process, a lock or a half-made folder', { timeout: 60_000 }, async () => {
    write('core.c', 'SLOW\n');
    const abort = new AbortController();
    const running = build(`tree:${tree}`, abort.signal);
    // The toy compiler notes a file before it starts on it; in core.c it then sleeps.
    const started: string[] = [];
    const sleeping = (): boolean => {
      if (existsSync(path.join(cache(), 'workspaces'))) started.push(...compiled());
      return started.includes('core.o');
    };
    await expect.poll(sleeping, { timeout: 30_000 }).toBe(true);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'interrupted', exitCode: 130 });
    const left = readdirSync('/proc').filter((pid) => {
      try {
        return (
          /^\d+$/.test(pid) &&
          pid !== String(process.pid) &&
          readFileSync(`/proc/${pid}/environ`).includes(`TRAPLINE_BUILD=${cache()}`)
        );
      } catch {
        return false;
      }
    });
    expect(left).toEqual([]);
    expect(leftovers()).toEqual([]);
    write('core.c', 'quick\n');
    expect(content(await build(`tree:${tree}`))).toContain('quick');
  });
});

it('ends what a killed harness left building in the same cache, and nothing else', async () => {
  const sleeper = (mark: string) => {
    const child = spawn('sleep', ['300'], { env: { ...process.env, TRAPLINE_BUILD: mark } });
    return { child, end: new Promise<string>((resolve) => child.once('exit', (_, signal) => resolve(signal ?? ''))) };
  };
  const orphan = sleeper(cache());
  const stranger = sleeper(`${cache()}-other`);
  await build(`tree:${tree}`);
  expect(await orphan.end).toBe('SIGKILL');
  expect(stranger.child.exitCode ?? stranger.child.signalCode).toBeNull();
  stranger.child.kill();
});

describe('patches', () => {
  it('that do not apply are named with file and hunk; nothing is half applied', async () => {
    const plain = await build(`tree:${tree}`);
    const wrong = path.join(root, 'wrong.patch');
    writeFileSync(
      wrong,
      `--- a/main.c\n+++ b/main.c\n@@ -1,3 +1,3 @@\n-one\n+ONE\n two\n three\n${PATCH.replace('-beta', '-other')}`,
    );
    const failure = await build(`tree:${tree}+${wrong}`).catch((error) => error);
    expect(failure).toMatchObject({ name: 'patch-does-not-apply', kind: 'request' });
    expect(failure.what).toMatch(/wrong\.patch.*hunk 1 of core\.c/);
    rmSync(plain.directory, { recursive: true });
    compiled();
    expect(content(await build(`tree:${tree}`))).toBe('one\ntwo\nthree\nalpha\nbeta\ngamma\n');
    expect(compiled()).toEqual([]);
  });

  it('that create and remove files are taken back', async () => {
    const both = path.join(root, 'both.patch');
    writeFileSync(
      both,
      '--- /dev/null\n+++ b/sub/new.c\n@@ -0,0 +1 @@\n+new\n--- a/Kconfig\n+++ b/Kconfig\n@@ -1,2 +1,3 @@\n config TOY\n \tbool "toy"\n+\n',
    );
    const at = await sourceTree(await plan(`tree:${tree}+${both}`), sink);
    expect(readFileSync(path.join(at, 'sub/new.c'), 'utf8')).toBe('new\n');
    await sourceTree(await plan(`tree:${tree}`), sink);
    expect(existsSync(path.join(at, 'sub/new.c'))).toBe(false);
    expect(readFileSync(path.join(at, 'Kconfig'), 'utf8')).toBe(FILES.Kconfig);
  });

  it('an interrupted switch is healed by the next one', async () => {
    const at = await sourceTree(await plan(`tree:${tree}+louder`), sink);
    // As after SIGKILL between two renames: the state says which files are uncertain, one of them is half-made.
    const stateFile = path.join(at, '../state.json');
    const state = JSON.parse(readFileSync(stateFile, 'utf8'));
    writeFileSync(stateFile, JSON.stringify({ ...state, patches: [], touched: [], pending: ['core.c'] }));
    rmSync(path.join(at, 'core.c'));
    writeFileSync(path.join(at, 'core.c'), 'half');
    expect(content(await build(`tree:${tree}`))).toContain('beta');
    expect(content(await build(`tree:${tree}+louder`))).toContain('BETA');
  });

  it('are chosen by version, and unknown ones are refused', async () => {
    await expect(plan(`tree:${tree}+nothing`)).rejects.toMatchObject({
      name: 'unknown-patch',
      what: expect.stringContaining('nothing'),
    });
    write('Makefile', MAKEFILE.replace('VERSION = 6', 'VERSION = 5'));
    await expect(plan(`tree:${tree}+louder`)).rejects.toMatchObject({ name: 'no-patch-for-version' });
  });
});

describe('sources', () => {
  it('a folder: edits rebuild what they change, removals count, nothing is written to it', async () => {
    write('core.o', 'a build product of the user’s own');
    write('extra.c', 'x');
    const before = readdirSync(tree).map((name) => [name, statSync(path.join(tree, name)).mtimeMs]);
    const first = await build(`tree:${tree}+louder`);
    expect(readdirSync(tree).map((name) => [name, statSync(path.join(tree, name)).mtimeMs])).toEqual(before);
    expect(content(first)).toContain('BETA');
    compiled();
    write('main.c', 'edited\n');
    rmSync(path.join(tree, 'extra.c'));
    const second = await plan(`tree:${tree}+louder`);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(content(await buildKernel(second, sink))).toBe('edited\nalpha\nBETA\ngamma\n');
    expect(compiled()).toEqual(['main.o']);
    expect(existsSync(path.join(await sourceTree(second, sink), 'extra.c'))).toBe(false);
  });

  it('a folder in which a file becomes a folder, and a folder a file', async () => {
    const at = async (): Promise<string> => sourceTree(await plan(`tree:${tree}`), sink);
    write('one', 'a file');
    mkdirSync(path.join(tree, 'two'));
    write('two/inner.c', 'inner');
    await at();
    for (const name of ['one', 'two']) rmSync(path.join(tree, name), { recursive: true });
    mkdirSync(path.join(tree, 'one'));
    write('one/inner.c', 'inner');
    write('two', 'a file');
    const workspace = await at();
    expect(readFileSync(path.join(workspace, 'one/inner.c'), 'utf8')).toBe('inner');
    expect(readFileSync(path.join(workspace, 'two'), 'utf8')).toBe('a file');
  });

  it('a tar file: patched builds leave the unpacked source pristine', async () => {
    const archive = path.join(root, 'toy.tar.xz');
    execFileSync('tar', ['-cJf', archive, '-C', path.dirname(tree), path.basename(tree)]);
    expect(content(await build(`tar:${archive}+louder`))).toContain('BETA');
    const [id = ''] = readdirSync(path.join(cache(), 'sources'));
    expect(readFileSync(path.join(cache(), 'sources', id, 'core.c'), 'utf8')).toBe(FILES['core.c']);
    expect(content(await build(`tar:${archive}`))).toContain('beta');
    expect(leftovers()).toEqual([]);
  });

  it('a commit: read from the repository, whatever is checked out; the next one reuses the objects', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', tree, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args])
        .toString()
        .trim();
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'one');
    git('tag', 'one');
    write('core.c', 'second\n');
    git('commit', '-qam', 'two');
    write('core.c', 'not committed\n');
    expect(content(await build(`git:${tree}@one`))).toContain('beta');
    compiled();
    expect(content(await build(`git:${tree}@HEAD`))).toBe('one\ntwo\nthree\nsecond\n');
    expect(compiled()).toEqual(['core.o']);
    await expect(plan(`git:${tree}@nowhere`)).rejects.toMatchObject({ name: 'unknown-ref' });
    expect(content(await build(`tree:${tree}`))).toContain('not committed');
  });

  it('what is no kernel is refused, and so is what is not there', async () => {
    rmSync(path.join(tree, 'Kconfig'));
    await expect(plan(`tree:${tree}`)).rejects.toMatchObject({ name: 'not-a-kernel-tree', kind: 'request' });
    const archive = path.join(root, 'other.tar');
    execFileSync('tar', ['-cf', archive, '-C', tree, '.']);
    await expect(plan(`tar:${archive}`)).rejects.toMatchObject({ name: 'not-a-kernel-tree' });
    writeFileSync(archive, 'not a tar file');
    await expect(plan(`tar:${archive}`)).rejects.toMatchObject({ name: 'no-archive', kind: 'request' });
    await expect(plan(`tree:${tree}/nowhere`)).rejects.toMatchObject({ name: 'no-such-file' });
    expect(leftovers()).toEqual([]);
  });

  it('an image is kept under its own hash', async () => {
    const file = path.join(root, 'Image');
    writeFileSync(file, Buffer.concat([Buffer.alloc(0x38), Buffer.from('ARMd'), Buffer.alloc(100)]));
    // While somebody builds: it has not to wait.
    const artifact = await withLock(
      'kernel-build',
      () => {},
      undefined,
      () => build(`image:${file}`),
    );
    expect(readFileSync(artifact.image).equals(readFileSync(file))).toBe(true);
    expect(artifact.version).toBe('unknown');
    cpSync(artifact.image, `${file}.again`);
    expect((await plan(`image:${file}.again`)).cached).toBe(true);
    writeFileSync(file, 'text');
    await expect(plan(`image:${file}`)).rejects.toMatchObject({ name: 'unknown-image-format' });
  });
});

describe('pruneKernels', () => {
  it('takes and counts what lies among the kernels and says not what it is', async () => {
    const damaged = path.join(cache(), 'kernels', 'damaged');
    mkdirSync(path.join(damaged, 'deep'), { recursive: true });
    writeFileSync(path.join(damaged, 'deep', 'vmlinux'), Buffer.alloc(100_000, 'x'));
    expect(await pruneKernels({}, sink)).toEqual([]);
    const [removed] = await pruneKernels({ all: true }, sink);
    expect(removed).toMatchObject({ fingerprint: 'damaged', selector: 'unknown' });
    expect(removed?.bytes).toBeGreaterThanOrEqual(100_000);
    expect(existsSync(damaged)).toBe(false);
  });

  it('keeps what was used last within the size, and everything else with nothing said', async () => {
    await build(`tree:${tree}`);
    const last = await build(`tree:${tree}+louder`);
    expect(await pruneKernels({}, sink)).toEqual([]);
    const [newest] = listKernels();
    expect(newest).toMatchObject({ fingerprint: last.fingerprint, architecture: 'x86_64', version: '6.1.7' });
    const removed = await pruneKernels({ maxBytes: newest?.bytes ?? 0 }, sink);
    expect(removed.map(({ selector }) => selector)).toEqual([`tree:${tree}`]);
    expect(listKernels()).toHaveLength(1);
    const kept = ['initramfs/0.cpio', 'guest/0/init', 'selftest/x86/0.elf'].map((name) => path.join(cache(), name));
    for (const file of kept) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '');
    }
    await pruneKernels({ olderThanDays: 1 }, sink);
    expect(kept.filter((file) => existsSync(file))).toEqual(kept);
    await pruneKernels({ all: true }, sink);
    expect(kept.filter((file) => existsSync(file))).toEqual([]);
    expect(listKernels()).toEqual([]);
    expect(readdirSync(path.join(cache(), 'workspaces'))).toEqual([]);
  });
});
