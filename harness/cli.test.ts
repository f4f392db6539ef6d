// SPDX-License-Identifier: MIT
// Bad input and bad luck, told by the real ./trapline: one clear line, the right exit code, and nothing lost.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Ended, type Started, toyProject } from './commands/testdata/checkout.ts';

// Each test starts the program at least once, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { checkout, fake } = toyProject();
let tree: string;
const CLAUSE = ['--clause', '4.1', '--trigger', 'hw-breakpoint', '--mechanism', 'sigtrap', '--accel', 'tcg'];

beforeAll(async () => {
  tree = checkout.tree();
});
afterEach(() => {
  expect(fake.alive()).toEqual([]);
  // Scratch folders; whatever else a run leaves behind in the cache is checked where it matters.
  expect(readdirSync(path.join(checkout.root, 'tmp'))).toEqual([]);
});

const run = (...args: string[]) => checkout.run(['run', ...args]);
const toy = (folder = tree) => ['--kernel', `toy=tree:${folder}`];

/** One line on stderr begins with `trapline: `, says so, and no stack trace came with it. */
function expectComplaint(ended: Ended, code: number, words: RegExp): void {
  expect({ code: ended.code, complaints: ended.complaints }).toEqual({
    code,
    complaints: [expect.stringMatching(words)],
  });
  expect(ended.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

describe('a request that is wrong: exit 2, nothing made', () => {
  test.each<[string, string[], RegExp]>([
    ['architecture', ['--arch', 'vax'], /vax.*x86_64/],
    ['clause', ['--clause', '9.9'], /"9\.9".*trapline clauses/],
    ['selector', ['--kernel', 'nonsense:6'], /nonsense/],
    ['trigger', ['--trigger', 'lightning'], /lightning.*Allowed choices are hw-breakpoint/],
    ['mechanism', ['--mechanism', 'telepathy'], /telepathy.*Allowed choices are sigtrap/],
    ['setting', ['--clause', '1.1', '--mechanism', 'poll'], /no clause of 1\.1.*--trigger .* --mechanism sigtrap/],
    ['jobs', ['--jobs', '0'], /'0' is invalid/],
    ['option', ['--frobnicate'], /unknown option '--frobnicate'/],
    ['label', ['--kernel', 'a=with', '--kernel', 'a=without'], /called "a"/],
    ['folder', ['--kernel', 'tree:/nowhere'], /no folder \/nowhere/],
    ['engine', ['--engine', 'cloud'], /'cloud' is invalid.*local, swarm/],
    ['registry', ['--engine', 'swarm', '--registry', 'cells'], /"cells" is no repository of a registry/],
    ['label', ['--engine', 'swarm', '--place', 'fast'], /'fast' is invalid.*LABEL=VALUE/],
    ['registry without a swarm', ['--registry', 'localhost:5000/cells'], /--registry is for --engine swarm/],
    ['emulator of a swarm', ['--engine', 'swarm', '--qemu', '/opt/qemu'], /--qemu.*TRAPLINE_WORKER_IMAGE/],
    ['image', ['--kernel', 'image:/nowhere'], /no kernel image \/nowhere/],
    ['label', ['--kernel', 'a/b=with'], /"a\/b" cannot be the label.*letters, digits/],
    ['architecture, left empty', ['--arch', ''], /--arch <names>.*it is empty/],
    ['clause, left empty', ['--clause', ''], /--clause <ids>.*it is empty/],
    ['results folder, left empty', ['--out', ''], /--out <dir>.*it is empty/],
  ])('%s', async (_, args, words) => {
    expectComplaint(await run(...args), 2, words);
    expect(readdirSync(checkout.work)).toEqual([]);
  });

  test('verb', async () => {
    expectComplaint(await checkout.run(['frobnicate']), 2, /unknown command 'frobnicate'/);
    expectComplaint(await checkout.run(['help', 'frobnicate']), 2, /unknown command 'frobnicate'/);
  });

  test('what a guest of exec’s own cannot do, and what there is one of', async () => {
    const exec = ['exec', '--arch', 'x86_64'];
    expectComplaint(await checkout.run([...exec, '--fetch', 'x', '--', '/probe']), 2, /--fetch.*--guest/);
    const twice = await checkout.run([...exec, '--kernel', 'with', '--kernel', 'without', '--', '/probe']);
    expectComplaint(twice, 2, /--kernel.*given once/);
    expect(twice.stderr).toContain('./trapline exec --help');
  });

  test('a tree that is no kernel', async () => {
    const other = mkdtempSync(path.join(checkout.root, 'other-'));
    writeFileSync(path.join(other, 'Makefile'), 'all:\n');
    expectComplaint(await run(...CLAUSE, ...toy(other)), 2, new RegExp(`${other}`));
    expect(readdirSync(other)).toEqual(['Makefile']);
    expect(readdirSync(checkout.work)).toEqual([]);
  });

  test('a patch that does not apply; what was built before is still there', async () => {
    const patch = path.join(checkout.root, 'wrong.patch');
    writeFileSync(patch, '--- a/main.c\n+++ b/main.c\n@@ -1,2 +1,2 @@\n one\n-three\n+four\n');
    const built = await checkout.run(['kernel', 'build', ...toy()]);
    expect(built.code).toBe(0);
    expectComplaint(await run(...CLAUSE, '--kernel', `toy=tree:${tree}+${patch}`), 2, /wrong\.patch.*main\.c/);
    expect((await checkout.run(['kernel', 'list'])).stdout.trim().split('\n')).toHaveLength(1);
    expect(readFileSync(path.join(tree, 'main.c'), 'utf8')).toBe('one\ntwo\n');
    expect(existsSync(path.join(checkout.work, 'results'))).toBe(false);
  });

  test('a results folder that exists', async () => {
    const out = mkdtempSync(path.join(checkout.root, 'out-'));
    writeFileSync(path.join(out, 'mine'), 'precious');
    expectComplaint(await run(...CLAUSE, ...toy(), '--out', out), 2, /exists already.*--out/);
    expect(readFileSync(path.join(out, 'mine'), 'utf8')).toBe('precious');
  });

  test('a truncated image, and one that is no kernel', async () => {
    const image = path.join(checkout.root, 'vmlinux-half');
    // An ELF header whose program headers lie behind the end of the file.
    const header = Buffer.alloc(64);
    header.write('\x7fELF\x02\x01\x01', 'latin1');
    header.writeUInt16LE(62, 18);
    header.writeBigUInt64LE(4096n, 32);
    header.writeUInt16LE(56, 54);
    header.writeUInt16LE(2, 56);
    writeFileSync(image, header);
    expectComplaint(await run(...CLAUSE, '--kernel', `toy=image:${image}`), 2, /truncated/);
    writeFileSync(image, 'text');
    expectComplaint(await run(...CLAUSE, '--kernel', `toy=image:${image}`), 2, /vmlinux-half/);
  });
});

describe('what the machine lacks: exit 3', () => {
  test('a configuration option that this kernel does not have', async () => {
    const config = path.join(checkout.root, 'checkout/kernel-config/base.config');
    const before = readFileSync(config);
    onTestFinished(() => writeFileSync(config, before));
    writeFileSync(config, 'CONFIG_TOY=y\nCONFIG_GONE=y\n');
    const ended = await run(...CLAUSE, ...toy());
    expectComplaint(ended, 3, /CONFIG_GONE=y.*no such option in 6\.1\.7/);
  });

  test('an emulator that is too old', async () => {
    const bin = mkdtempSync(path.join(checkout.root, 'old-'));
    const old = path.join(bin, 'qemu-system-x86_64');
    writeFileSync(old, '#!/bin/sh\necho QEMU emulator version 5.2.0\n', { mode: 0o755 });
    const ended = await checkout.run(['run', ...CLAUSE, ...toy()], { PATH: `${bin}:${process.env.PATH}` });
    expectComplaint(ended, 3, /qemu-system-x86_64 is version 5\.2\.0.*7\.2/);
  });

  test('no engine for a swarm', async () => {
    const nobody = `unix://${checkout.root}/no-engine.sock`;
    const ended = await checkout.run(['run', ...CLAUSE, ...toy(), '--engine', 'swarm'], { DOCKER_HOST: nobody });
    expectComplaint(ended, 3, /no Docker engine answers at .*no-engine\.sock/);
  });

  test('no emulator at all', async () => {
    const bin = mkdtempSync(path.join(checkout.root, 'bin-'));
    for (const folder of ['/usr/local/bin', '/usr/sbin', '/usr/bin']) {
      for (const name of readdirSync(folder)) {
        const link = path.join(bin, name);
        if (!name.startsWith('qemu') && !existsSync(link)) symlinkSync(path.join(folder, name), link);
      }
    }
    const ended = await checkout.run(['run', ...CLAUSE, ...toy()], { PATH: bin });
    expectComplaint(ended, 3, /qemu-system-x86_64.*doctor --install/);
  });

  test('an emulator that refuses the kernel: the report says so, once for each cell', async () => {
    fake.direct([{ exit: [1, 'qemu: could not load kernel'] }]);
    const out = path.join(checkout.root, 'refused');
    const ended = await run(...CLAUSE, ...toy(), '--out', out);
    expectComplaint(ended, 3, /no guest came up for x86_64\/toy \(emulator-failed: .*could not load kernel\)/);
    const [cell] = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')).cells;
    expect(cell).toMatchObject({ machines: 1, boot: { outcome: 'emulator-failed' } });
    expect(cell.clauses[0]).toMatchObject({ verdict: 'not-run', outcome: 'unexpected-failure' });
    expect(fake.started()).toBe(1);
  });

  describe('no space left', () => {
    const full = (kibibytes: number, name: string): string | undefined => {
      const folder = path.join(checkout.root, name);
      mkdirSync(folder);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
      } catch {
        return undefined;
      }
      onTestFinished(() => {
        execFileSync('umount', [folder]);
      });
      return folder;
    };

    test('in the cache', async ({ skip }) => {
      const folder = full(16, 'small-cache');
      if (!folder) return skip('mounting a tmpfs was refused');
      const big = checkout.tree({ 'main.c': 'x\n'.repeat(20_000) });
      const ended = await checkout.run(['run', ...CLAUSE, ...toy(big)], { TRAPLINE_CACHE: folder });
      expectComplaint(ended, 3, /no space left on the disk that holds .*small-cache/);
      return undefined;
    });

    test('for the results', async ({ skip }) => {
      const folder = full(64, 'small-results');
      if (!folder) return skip('mounting a tmpfs was refused');
      fake.direct([{ boot: true }, { console: 'x\n'.repeat(100_000) }, { wait: 60 }]);
      const ended = await run(...CLAUSE, ...toy(), '--out', path.join(folder, 'out'));
      expectComplaint(ended, 3, /no space left on the disk that holds .*small-results/);
      expect(ended.seconds).toBeLessThan(45);
      return undefined;
    });
  });
});

test('a run that ends as it should: results/latest points at it, and nothing else is written', async () => {
  fake.direct([{ boot: true }, { all: -1 }]);
  const results = path.join(checkout.work, 'results');
  const before = existsSync(results) ? readdirSync(results) : [];
  const ended = await run(...CLAUSE, ...toy());
  // What the fake "saw" is no evidence for the clause.
  expect({ code: ended.code, complaints: ended.complaints }).toEqual({ code: 1, complaints: [] });
  const names = readdirSync(results).filter((name) => name !== 'latest' && !before.includes(name));
  expect(names).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d-\d{6}-\d+$/)]);
  const report = JSON.parse(readFileSync(path.join(results, 'latest/report.json'), 'utf8'));
  expect(report).toMatchObject({ run: { id: names[0], complete: true }, cells: [{ boot: { outcome: 'booted' } }] });
  const again = await checkout.run(['report', 'results/latest', '--format', 'json']);
  expect(JSON.parse(again.stdout)).toEqual(report);
});

test('a place that will not do is told before anything is begun', async () => {
  fake.direct([{ boot: true }, { all: -1 }]);
  const out = path.join(checkout.work, 'recorded');
  await run(...CLAUSE, ...toy(), '--out', out);
  const before = fake.started();
  const reproduce = (...args: string[]) => checkout.run(['reproduce', out, '4.1', ...args]);
  const cases: [Ended, RegExp][] = [
    [await reproduce('--bundle', '/nowhere/bundle.tar.gz'), /no folder \/nowhere/],
    [await reproduce('--record', out), /exists already.*--record/],
    [await reproduce('--replay', out), /no recording/],
    [await reproduce('--out', out), /exists already.*--out/],
    [await reproduce('--replay', path.join(tree, 'Makefile/x')), /no recording/],
    [await checkout.run(['kernel', 'export', '--output', '/nowhere/kernels.tar.gz']), /no folder \/nowhere/],
    [await reproduce('--arch', 'x86_64', '--arch', 'arm64'), /--arch.*given once/],
  ];
  for (const [ended, words] of cases) {
    expectComplaint(ended, 2, words);
    expect(ended.stderr).not.toMatch(/started/);
  }
  expect(fake.started()).toBe(before);
});

describe('interrupted', () => {
  const report = (out: string) => JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8'));
  const cacheLeftovers = () =>
    readdirSync(checkout.cache, { recursive: true })
      .map(String)
      .filter((name) => /(^|\/)\.tmp-|\.lock$|\.holder$/.test(name));
  const slowTree = () => checkout.tree({ 'main.c': 'SLOW\n' });
  const compiling = () => expect.poll(() => checkout.builders().length, { timeout: 40_000 }).toBeGreaterThan(1);
  const booted = (started: Started) =>
    expect.poll(() => started.child.exitCode ?? fake.started(), { timeout: 40_000 }).toBeGreaterThan(0);

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s while a kernel is built', async (signal) => {
    const out = path.join(checkout.root, `build-${signal}`);
    const started = checkout.start(['run', ...CLAUSE, ...toy(slowTree()), '--out', out]);
    await compiling();
    started.child.kill(signal);
    const ended = await started.ended;
    expectComplaint(ended, 130, /interrupted/);
    expect(checkout.builders()).toEqual([]);
    expect(cacheLeftovers()).toEqual([]);
    expect(report(out)).toMatchObject({ run: { complete: false }, cells: [{ machines: 0 }] });
    expect(report(out).cells[0].clauses[0]).toMatchObject({ verdict: 'not-run' });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s while a machine runs', async (signal) => {
    fake.direct([{ boot: true }, { begin: 0 }, { wait: 60 }]);
    const out = path.join(checkout.root, `machine-${signal}`);
    const started = checkout.start(['run', ...CLAUSE, ...toy(), '--out', out]);
    await booted(started);
    started.child.kill(signal);
    expectComplaint(await started.ended, 130, /interrupted.*machine-/);
    expect(fake.alive()).toEqual([]);
    expect(report(out)).toMatchObject({ run: { complete: false }, cells: [{ machines: 1 }] });
    expect(existsSync(path.join(out, 'x86_64/toy/console.log'))).toBe(true);
  });

  test('twice at once: it ends without waiting, and leaves nothing', async () => {
    fake.direct([{ boot: true }, { begin: 0 }, { wait: 60 }]);
    const started = checkout.start(['watch', '--tree', tree, ...CLAUSE]);
    await booted(started);
    started.child.kill('SIGINT');
    started.child.kill('SIGTERM');
    expect((await started.ended).code).toBe(130);
    await expect.poll(() => fake.alive(), { timeout: 5_000 }).toEqual([]);
  });

  test('by SIGKILL while a machine runs: the machine ends too', async () => {
    fake.direct([{ boot: true }, { wait: 60 }]);
    const started = checkout.start(['run', ...CLAUSE, ...toy(), '--out', path.join(checkout.root, 'killed')]);
    await booted(started);
    started.child.kill('SIGKILL');
    expect((await started.ended).code).toBe('SIGKILL');
    await expect.poll(() => fake.alive(), { timeout: 5_000 }).toEqual([]);
  });

  test('by SIGKILL while a kernel is built: the next build ends what is left of it', async () => {
    const started = checkout.start(['kernel', 'build', ...toy(slowTree())]);
    await compiling();
    started.child.kill('SIGKILL');
    // Its pipes are held by the compiler.
    await new Promise((resolve) => started.child.once('exit', resolve));
    const ended = await checkout.run(['kernel', 'build', ...toy(checkout.tree({ 'main.c': 'after the kill\n' }))]);
    expect(ended.code).toBe(0);
    expect(checkout.builders()).toEqual([]);
    expect(cacheLeftovers()).toEqual([]);
  });
});
