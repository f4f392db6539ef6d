// SPDX-License-Identifier: MIT
// Builds in containers of a real engine, on a toy kernel: what comes out, what a hostile branch cannot do, and what is
// said when the engine, the disk or the build itself fails. The image is a small one of Debian's packages.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

const root = await vi.hoisted(async () => {
  const { mkdtempSync, mkdirSync, writeFileSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/trapline-docker-');
  process.env.TRAPLINE_BUILDER_IMAGE = 'trapline-builder-test';
  mkdirSync(`${folder}/project/kernel-config/arch`, { recursive: true });
  mkdirSync(`${folder}/project/images/builder`, { recursive: true });
  const { copyFileSync } = await import('node:fs');
  copyFileSync('images/builder/Dockerfile', `${folder}/project/images/builder/Dockerfile`);
  writeFileSync(`${folder}/project/kernel-config/arch/x86_64.config`, '');
  writeFileSync(`${folder}/project/kernel-config/base.config`, 'CONFIG_TOY=y\n');
  process.env.TRAPLINE_ROOT = `${folder}/project`;
  return folder;
});

const { findArchitecture } = await import('../arch/index.ts');
const { clean } = await import('../docker/clean.ts');
const { buildImage } = await import('../docker/images.ts');
const { OwnEngine } = await import('../docker/testing/engine.ts');
const { silent } = await import('../outcome/events.ts');
const { sha256File } = await import('../store/hash.ts');
const { dockerBuilder } = await import('./builder-docker.ts');
const { hostBuilder } = await import('./builder-host.ts');
const { buildKernel, debianMirrors, parseKernelRequest, resolveKernel } = await import('./index.ts');
type Engine = import('../docker/engine.ts').Engine;
type DockerLimits = import('./builder-docker.ts').DockerLimits;

const MAKEFILE = `VERSION = 6
PATCHLEVEL = 1
SUBLEVEL = 7
EXTRAVERSION =
tinyconfig:
	@echo '# CONFIG_TOY is not set' > .config
olddefconfig:
	@grep -v 'CONFIG_TOY is not' .config > .config.tmp; mv .config.tmp .config
vmlinux: main.o core.o
	@echo '  LD      vmlinux'; rm -rf vmlinux; cat main.o core.o > vmlinux
	@mkdir -p include/config; echo 6.1.7 > include/config/kernel.release
	@EVIL
%.o: %.c
	@echo '  CC      $@'
	@echo $@ >> compiled; cp $< $@
`;
/** Of the machine, not of /tmp where that is a file system in memory. */
const disk = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
const own = new OwnEngine(disk);
const architecture = findArchitecture('x86_64');
const limits: DockerLimits = { memoryBytes: 512 * 2 ** 20, processes: 100 };
let engine: Engine;
let tree: string;

/** A tree whose build runs `evil` at its end, and what building it in a container gives. */
async function build(evil = 'true', changed: Partial<DockerLimits> = {}, signal?: AbortSignal) {
  writeFileSync(path.join(tree, 'Makefile'), MAKEFILE.replace('EVIL', evil));
  const builder = await dockerBuilder(engine, { ...limits, ...changed });
  const plan = await resolveKernel(parseKernelRequest(`tree:${tree}`), architecture, silent, signal, builder);
  return buildKernel(plan, silent, signal);
}
const containers = async () => (await engine.docker.listContainers({ all: true })).map(({ Names }) => Names[0]);

beforeAll(async () => {
  engine = await own.start();
  const { archive } = await debianMirrors();
  const request = {
    name: 'trapline-builder-test',
    suite: 'trixie',
    packages: ['make', 'gcc', 'python3-minimal'],
    fromDebootstrap: true,
    mirrors: archive,
  };
  await buildImage(engine, request, silent, new AbortController().signal);
});
/** An empty cache and a tree like the last one, both at places of their own. */
function fresh(): void {
  process.env.TRAPLINE_CACHE = mkdtempSync(path.join(root, 'cache-'));
  tree = mkdtempSync(path.join(root, 'tree-'));
  writeFileSync(path.join(tree, 'Kconfig'), 'config TOY\n\tbool "toy"\n');
  writeFileSync(path.join(tree, 'main.c'), 'one\n');
  writeFileSync(path.join(tree, 'core.c'), 'alpha\n');
}
beforeEach(fresh);
afterAll(async () => {
  await own.remove();
  rmSync(root, { recursive: true, force: true });
  for (const name of ['TRAPLINE_CACHE', 'TRAPLINE_ROOT', 'TRAPLINE_BUILDER_IMAGE']) delete process.env[name];
  expect(own.left()).toEqual([]);
});

describe('a build in a container', () => {
  test('gives the artifact, live lines, and leaves no container', async () => {
    const artifact = await build();
    expect(readFileSync(artifact.vmlinux, 'utf8')).toBe('one\nalpha\n');
    expect(readFileSync(artifact.config, 'utf8')).toBe('CONFIG_TOY=y\n');
    expect(artifact.version).toBe('6.1.7');
    expect(readFileSync(path.join(artifact.directory, 'build.log'), 'utf8')).toContain('CC      main.o');
    expect(await containers()).toEqual([]);
  });

  test('sends over and compiles only what changed', async () => {
    await build('cat compiled >> vmlinux');
    writeFileSync(path.join(tree, 'core.c'), 'beta\n');
    rmSync(path.join(tree, 'main.c'));
    writeFileSync(path.join(tree, 'main.c'), 'one\n');
    const artifact = await build('cat compiled >> vmlinux');
    const [one, beta, ...compiled] = readFileSync(artifact.vmlinux, 'utf8').trim().split('\n');
    expect([one, beta]).toEqual(['one', 'beta']);
    expect(compiled.sort()).toEqual(['core.o', 'core.o', 'main.o']);
  });

  test('runs without root, privileges and a file system to write to', async () => {
    const artifact = await build(
      'id -u > vmlinux; grep CapEff /proc/self/status >> vmlinux; grep NoNewPrivs /proc/self/status >> vmlinux',
    );
    expect(readFileSync(artifact.vmlinux, 'utf8').split(/\s+/)).toEqual([
      '1000',
      'CapEff:',
      '0000000000000000',
      'NoNewPrivs:',
      '1',
      '',
    ]);
  });
});

describe('the same fingerprint gives the same bytes', () => {
  // What a build tends to put into them: when, by whom, where; and what a compiler and a linker make of a file's name.
  const telling = [
    'printf "%s\\\\n" "$$KBUILD_BUILD_TIMESTAMP" "$$KBUILD_BUILD_USER@$$KBUILD_BUILD_HOST" "$$LC_ALL $$TZ" > said',
    'printf "const char *file(void) { return __FILE__; } int main(void) { return !file(); }" > told.c',
    'gcc -O2 -nostdlib -static -Wl,-e,file -o vmlinux told.c',
    'cat said >> vmlinux',
  ].join(' && ');
  const builders = { host: async () => hostBuilder, container: () => dockerBuilder(engine, limits) };

  test.each(['host', 'container'] as const)('on the %s, twice, at different places', async (where) => {
    const seen: string[][] = [];
    for (let time = 0; time < 2; time++) {
      fresh();
      writeFileSync(path.join(tree, 'Makefile'), MAKEFILE.replace('EVIL', telling));
      const plan = await resolveKernel(
        parseKernelRequest(`tree:${tree}`),
        architecture,
        silent,
        undefined,
        await builders[where](),
      );
      const { fingerprint, vmlinux, image, config } = await buildKernel(plan, silent);
      seen.push([fingerprint, ...[vmlinux, image, config].map(sha256File)]);
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe('a hostile branch', () => {
  test('does not reach a listener on the host', async () => {
    let heard = 0;
    const canary: Server = createServer((socket) => {
      heard++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const { port } = canary.address() as { port: number };
    const attempt = `python3 -c "import socket; socket.create_connection(('127.0.0.1', ${port}), 3)" 2> vmlinux || true`;
    const artifact = await build(attempt);
    canary.close();
    expect(readFileSync(artifact.vmlinux, 'utf8')).toContain('refused');
    expect(heard).toBe(0);
  });

  test('writes nowhere but in its tree and /tmp', async () => {
    const places = ['/etc/evil', '/usr/evil', '/opt/evil', '/proc/sys/kernel/hostname', '/sys/evil'];
    const artifact = await build(
      `: > vmlinux; for f in ${places.join(' ')}; do touch $$f 2>/dev/null && echo $$f >> vmlinux; done; true`,
    );
    expect(readFileSync(artifact.vmlinux, 'utf8').replace('/proc/sys/kernel/hostname\n', '')).toBe('');
    expect(existsSync('/etc/evil') || existsSync('/usr/evil') || existsSync('/opt/evil')).toBe(false);
  });

  test('starts no more processes than it may', async () => {
    const bomb = 'i=0; while [ $$i -lt 300 ]; do sleep 60 & i=$$((i+1)); done 2> vmlinux; true';
    await expect(build(bomb)).rejects.toMatchObject({ name: 'kernel-build-failed' });
    expect(await containers()).toEqual([]);
  });

  test('prints a gigabyte, and costs neither memory nor disk', async () => {
    const before = process.memoryUsage.rss();
    const artifact = await build('head -c 1000000000 /dev/zero | tr "\\\\0" x');
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 2 ** 20);
    const log = readFileSync(path.join(artifact.directory, 'build.log'));
    expect(log.length).toBeLessThan(260 * 2 ** 20);
    expect(log.subarray(-200).toString()).toContain('the rest is not kept');
  });

  test.each([
    ['a link out of its tree', 'ln -sf /etc/passwd vmlinux'],
    ['a folder', 'rm vmlinux; mkdir vmlinux'],
    ['a pipe', 'rm vmlinux; mkfifo vmlinux'],
    ['a file without end', 'truncate -s 5G vmlinux'],
    ['nothing', 'rm vmlinux'],
  ])('%s is not taken for a kernel', async (_, evil) => {
    await expect(build(evil)).rejects.toMatchObject({ name: 'artifact-refused' });
    expect(existsSync(path.join(process.env.TRAPLINE_CACHE ?? '', 'kernels'))).toBe(true);
    expect(await containers()).toEqual([]);
  });
});

describe('what fails is said', () => {
  test('a full disk in the container', async () => {
    const volumes = { type: 'tmpfs', device: 'tmpfs', o: 'size=2m,uid=1000' };
    const attempt = build('head -c 8000000 /dev/zero > large', { volumes });
    await expect(attempt).rejects.toMatchObject({ name: 'disk-full', what: expect.stringContaining('the volume') });
    expect(await containers()).toEqual([]);
  });

  test('a build that never ends', async () => {
    process.env.TRAPLINE_BUILD_SECONDS = '3';
    try {
      await expect(build('sleep 600')).rejects.toMatchObject({ name: 'timed-out' });
    } finally {
      delete process.env.TRAPLINE_BUILD_SECONDS;
    }
    expect(await containers()).toEqual([]);
  });

  test('Ctrl-C', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 2500);
    await expect(build('sleep 600', {}, abort.signal)).rejects.toMatchObject({ name: 'interrupted' });
    expect(await containers()).toEqual([]);
  });

  test('an image that is missing', async () => {
    process.env.TRAPLINE_BUILDER_IMAGE = 'trapline-no-such-image';
    try {
      await expect(build()).rejects.toMatchObject({ name: 'docker-image-missing' });
    } finally {
      process.env.TRAPLINE_BUILDER_IMAGE = 'trapline-builder-test';
    }
  });

  test('an engine that dies in the middle; what it left is removed when it is back', async () => {
    const attempt = build('echo x > started; sleep 600').catch((error: Error) => error);
    for (let waited = 0; (await containers()).length === 0 && waited < 100; waited++) await sleep(100);
    await sleep(1500);
    await own.crash();
    expect(await attempt).toMatchObject({ name: 'docker-engine-lost' });
    await expect(dockerBuilder()).rejects.toMatchObject({ name: 'no-docker-engine' });
    engine = await own.start();
    await clean(engine, 'all');
    expect(await containers()).toEqual([]);
  });
});
