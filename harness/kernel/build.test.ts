// SPDX-License-Identifier: MIT
// From a plan to an artifact, on a toy kernel.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  build,
  cache,
  compiled,
  content,
  events,
  FILES,
  leftovers,
  plan,
  project,
  stage,
  tree,
  write,
} from './testdata/toy-stage.ts';

const { listKernels } = stage;
const { listFiles } = await import('./tree-files.ts');

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
