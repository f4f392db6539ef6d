// SPDX-License-Identifier: MIT
// What kernels are made of: patches and sources, on a toy kernel.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  build,
  cache,
  compiled,
  content,
  FILES,
  leftovers,
  MAKEFILE,
  PATCH,
  plan,
  root,
  sink,
  stage,
  tree,
  write,
} from './testdata/toy-stage.ts';

const { buildKernel, sourceTree } = stage;
const { withLock } = await import('../store/lock.ts');

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
