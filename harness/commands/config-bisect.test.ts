// SPDX-License-Identifier: MIT
// Two configurations of a toy kernel, by the real ./trapline: CONFIG_CHILD makes the difference, and needs CONFIG_PARENT.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { loadConfigState } from '../bisect/config-state.ts';
import { toyProject } from './testdata/checkout.ts';
import { BAD, GOOD } from './testdata/toy-kernels.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const MAKEFILE = `VERSION = 6
PATCHLEVEL = 1
SUBLEVEL = 7
EXTRAVERSION =
tinyconfig:
	@echo '# CONFIG_TOY is not set' > .config
olddefconfig:
	@awk -F'[ =]' '{ n = $$1 == "#" ? $$2 : $$1; if (!(n in v)) o[++c] = n; v[n] = $$0 } \\
	  END { for (i = 1; i <= c; i++) print v[o[i]] }' .config > .config.tmp
	@grep -q '^CONFIG_PARENT=y' .config.tmp || sed -i 's/^CONFIG_CHILD=y/# CONFIG_CHILD is not set/' .config.tmp
	@mv .config.tmp .config
vmlinux: FORCE
	@if grep -q '^CONFIG_CHILD=y' .config; then cat bad.c; else cat main.c; fi > vmlinux
	@mkdir -p include/config; echo 6.1.7 > include/config/kernel.release
FORCE:
`;

const { checkout, fake } = toyProject();
let tree: string;
beforeAll(() => {
  tree = checkout.tree({ Makefile: MAKEFILE, 'main.c': GOOD, 'bad.c': BAD });
});

function configuration(lines: string): string {
  const file = path.join(mkdtempSync(path.join(checkout.root, 'config-')), 'kernel.config');
  writeFileSync(file, lines);
  return file;
}

function request(good: string, bad: string) {
  const out = path.join(mkdtempSync(path.join(checkout.root, 'out-')), 'bisection');
  const setting = ['--clause', '4.1', '--trigger', 'hw-breakpoint', '--arch', 'x86_64', '--accel', 'tcg'];
  const files = [configuration(good), configuration(bad)];
  return { out, files, args: ['bisect', '--config-bisect', ...files, '--tree', tree, ...setting, '--out', out] };
}

async function bisect(good: string, bad: string) {
  fake.direct([{ kernel: null }]);
  const { out, args } = request(good, bad);
  return { ended: await checkout.run(args), out };
}

const WITHOUT = '# CONFIG_CHILD is not set\n# CONFIG_A is not set\n# CONFIG_PARENT is not set\nCONFIG_B=4\n';
const WITH = 'CONFIG_CHILD=y\nCONFIG_A=y\nCONFIG_PARENT=y\nCONFIG_B=5\n';

test('the option is found; one that Kconfig turned back is named', async () => {
  const { ended, out } = await bisect(WITHOUT, WITH);
  expect(ended).toMatchObject({ code: 0, complaints: [] });
  expect(ended.stdout).toMatch(/^CONFIG_CHILD: n and y: this makes the difference for clause 4\.1/);
  expect(ended.stdout).toContain('absent with the good configuration, unsupported with the bad one');
  expect(ended.stdout).toMatch(/Kconfig turned back.*:\n {2}CONFIG_CHILD\n\n/);
  // The good end, the bad end, then CHILD and A: the first half.
  expect(readFileSync(path.join(out, 'steps', '3', 'asked.config'), 'utf8')).toContain(
    'CONFIG_CHILD=y\nCONFIG_A=y\n# CONFIG_PARENT',
  );
});

test('after an interrupt it goes on where it was, and what was tried is not tried again', async () => {
  const { args, out, files } = request(WITHOUT, WITH);
  fake.direct(...Array(3).fill([{ kernel: null }]), [{ boot: null }, { wait: 60 }]);
  const started = checkout.start(args);
  await vi.waitFor(() => expect(fake.started()).toBe(4), { timeout: 60_000, interval: 100 });
  expect(await checkout.run(['bisect', '--resume', out])).toMatchObject({
    code: 2,
    complaints: [expect.stringMatching(/another trapline \(process \d+\) is at work/)],
  });
  started.child.kill('SIGINT');
  expect(await started.ended).toMatchObject({
    code: 130,
    complaints: [expect.stringMatching(/interrupted.*bisect --resume .* goes on/)],
  });
  expect(loadConfigState(out).state.trials).toHaveLength(3);
  // The bisection has its own copies.
  for (const file of files) rmSync(file);
  fake.direct([{ kernel: null }]);
  const again = await checkout.run(['bisect', '--resume', out]);
  expect(again).toMatchObject({ code: 0, complaints: [] });
  expect(again.stdout).toMatch(/^CONFIG_CHILD: n and y: this makes the difference for clause 4\.1/);
  const { trials } = loadConfigState(out).state;
  expect(trials.length).toBeGreaterThan(4);
  expect(fake.started()).toBe(trials.length - 3);
  const third = await checkout.run(['bisect', '--resume', out]);
  expect(third.stdout).toBe(again.stdout);
  expect(fake.started()).toBe(trials.length - 3);
  // What Kconfig made of the second one is gone: it alone is tried again.
  rmSync(path.join(out, 'steps', '2', 'kernel.config'));
  expect((await checkout.run(['bisect', '--resume', out])).stdout).toBe(again.stdout);
  expect(fake.started()).toBe(trials.length - 3 + 1);
});

test('one whose tree is gone does not go on', async () => {
  const { out } = await bisect('CONFIG_A=y\n', '# CONFIG_B is not set\nCONFIG_A=y\n');
  renameSync(tree, `${tree}-away`);
  const ended = await checkout.run(['bisect', '--resume', out]);
  renameSync(`${tree}-away`, tree);
  expect(ended).toMatchObject({
    code: 2,
    complaints: [expect.stringMatching(`the tree ${tree} is gone\\. Put it back`)],
  });
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a folder that lacks a configuration is no bisection to go on with', async () => {
  const { out } = await bisect('CONFIG_A=y\n', '# CONFIG_B is not set\nCONFIG_A=y\n');
  rmSync(path.join(out, 'good.config'));
  expect(await checkout.run(['bisect', '--resume', out])).toMatchObject({
    code: 2,
    complaints: [expect.stringMatching(/no whole bisection's folder.*good\.config/)],
  });
});

test.each([
  ['both are the same', 'CONFIG_A=y\n', '# CONFIG_B is not set\nCONFIG_A=y\n', 2, /Kconfig makes the same of both/],
  ['they make no difference', 'CONFIG_A=y\n', '# CONFIG_A is not set\n', 2, /4\.1 is absent with both/],
])('%s', async (_, good, bad, code, words) => {
  const { ended } = await bisect(good, bad);
  expect(ended).toMatchObject({ code, complaints: [expect.stringMatching(words)] });
});

test('a tree that is none is told before anything is begun', async () => {
  for (const [folder, words] of [
    ['/nowhere', /there is no folder \/nowhere\. /],
    [checkout.root, /is not a Linux source tree/],
  ] as const) {
    const { args, out } = request(WITHOUT, WITH);
    const ended = await checkout.run(args.map((word) => (word === tree ? folder : word)));
    expect(ended).toMatchObject({ code: 2, complaints: [expect.stringMatching(words)] });
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  }
});

test('a file that is not there, and one file alone', async () => {
  const setting = ['--clause', '4.1', '--arch', 'x86_64'];
  const missing = await checkout.run(['bisect', ...setting, '--config-bisect', '/nowhere', '/nowhere']);
  expect(missing).toMatchObject({ code: 2, complaints: [expect.stringContaining('no configuration /nowhere')] });
  const alone = await checkout.run(['bisect', ...setting, '--config-bisect', '/nowhere']);
  expect(alone).toMatchObject({ code: 2, complaints: [expect.stringContaining('takes two files')] });
});
