// SPDX-License-Identifier: MIT
// Bisections of toy kernels by the real ./trapline: what each commit's kernel does stands in its source.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type BisectionState, loadState } from '../bisect/state.ts';
import { type Ended, toyProject } from './testdata/checkout.ts';
import { BAD, DEAD, FLAKY, GOOD, NEITHER } from './testdata/toy-kernels.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const { checkout, fake } = toyProject();

/** Its Makefile needs what is not there. */
const BROKEN = undefined;

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' });

/** A repository with a commit for each kernel. */
function repository(kernels: readonly (string | undefined)[]): string {
  const folder = checkout.tree();
  const makefile = readFileSync(path.join(folder, 'Makefile'), 'utf8');
  git(folder, 'init', '--quiet');
  for (const [number, text] of kernels.entries()) {
    writeFileSync(path.join(folder, 'main.c'), `commit ${number}\n${text ?? ''}`);
    writeFileSync(path.join(folder, 'Makefile'), text === undefined ? `${makefile}vmlinux: nowhere.o\n` : makefile);
    writeFileSync(path.join(folder, 'count'), `${number}\n`);
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '-m', `change ${number}`);
  }
  return folder;
}

async function bisect(
  tree: string,
  last: number,
  ...more: string[]
): Promise<{ ended: Ended; out: string; state: () => BisectionState }> {
  fake.direct([{ kernel: null }]);
  const out = path.join(mkdtempSync(path.join(checkout.root, 'out-')), 'bisection');
  const range = ['--good', `HEAD~${last}`, '--bad', 'HEAD'];
  const setting = ['--clause', '4.1', '--trigger', 'hw-breakpoint', '--arch', 'x86_64', '--accel', 'tcg'];
  const ended = await checkout.run(['bisect', '--tree', tree, ...range, ...setting, '--out', out, ...more]);
  return { ended, out, state: () => loadState(out) };
}

/** Everything that a user sees of the repository. */
const seen = (folder: string): string =>
  git(folder, 'status', '--porcelain', '--ignored') +
  git(folder, 'for-each-ref') +
  readdirSync(path.join(folder, '.git')).join();

describe('the commit is found', () => {
  test('among those that do not build, do not boot, or do something else', async () => {
    const kernels = [GOOD, GOOD, GOOD, GOOD, BROKEN, GOOD, DEAD, NEITHER, GOOD, BAD, BAD, BAD, BAD];
    const tree = repository(kernels);
    const before = seen(tree);
    const { ended, out, state } = await bisect(tree, 12);
    expect(ended).toMatchObject({ code: 0, complaints: [] });
    expect(ended.stdout).toMatch(/^[0-9a-f]{12} \("change 9"\) is the first bad commit: clause 4\.1/);
    expect(ended.stdout).toContain('refused.errno: 22 and 19');
    expect(seen(tree)).toBe(before);
    const { steps, result } = state();
    expect(result?.commits.map(({ text }) => text)).toEqual([expect.stringContaining('change 9')]);
    for (const { commit, code } of steps) {
      const number = Number(/change (\d+)/.exec(commit.text)?.[1]);
      expect({ number, code }).toEqual({ number, code: [4, 6, 7].includes(number) ? 125 : number < 9 ? 0 : 1 });
    }
    expect(steps.some(({ code }) => code === 125)).toBe(true);
    // What git has to say of it can be told to another git.
    execFileSync('git', ['-C', tree, 'bisect', 'replay', path.resolve(out, 'bisect.log')]);
    expect(git(tree, 'bisect', 'log')).toContain('first bad commit');
  });

  test('of two neighbours, without a step, and there is a log', async () => {
    const { ended, out, state } = await bisect(repository([GOOD, BAD]), 1);
    expect(ended).toMatchObject({ code: 0, complaints: [] });
    expect(ended.stdout).toContain('"change 1") is the first bad commit');
    expect(state().steps).toEqual([]);
    expect(readFileSync(path.join(out, 'bisect.log'), 'utf8')).toContain('first bad commit');
  });

  test('of a clause that fails at times, with the confidence asked for', async () => {
    const tree = repository([GOOD, GOOD, FLAKY, FLAKY]);
    const { ended, state } = await bisect(tree, 3, '--confidence', '0.5', '--times', '3');
    expect(ended).toMatchObject({ code: 0, complaints: [] });
    expect(ended.stdout).toContain('"change 2") is the first bad commit');
    const { tries, bad, good } = state();
    // The rate is at least 0.208 (the interval's low end): 3 tries in a row without a failure have less than 0.5.
    expect(bad?.verdicts.map(({ verdict }) => verdict)).toEqual(['unsupported', 'absent', 'unsupported']);
    expect(tries).toBe(3);
    expect(good?.verdicts).toHaveLength(3);
    const cost = 'failed in 2 of 3 tries of the bad commit: a confidence of 0.5 costs 3 tries of each commit';
    expect(ended.stderr).toContain(cost);
    expect(ended.stdout).toContain(cost);
  });
});

describe('what cannot be bisected is told in one line', () => {
  test('a good commit that is bad; nothing is tried after that', async () => {
    const { ended, state } = await bisect(repository([GOOD, GOOD, GOOD]), 2);
    expect(ended).toMatchObject({
      code: 2,
      complaints: [expect.stringMatching(/4\.1 is absent at the bad commit.*as it is at the good one/)],
    });
    expect(state().steps).toEqual([]);
  });

  test('a good commit that is not always good', async () => {
    const { ended } = await bisect(repository([FLAKY, BAD]), 1, '--times', '4');
    expect(ended).toMatchObject({
      code: 2,
      complaints: [expect.stringMatching(/not always the same at the good commit.*absent \(2\), unsupported \(2\)/)],
    });
  });

  test('a good commit that does not build', async () => {
    const { ended } = await bisect(repository([BROKEN, GOOD, BAD]), 2);
    expect(ended).toMatchObject({
      code: 2,
      complaints: [expect.stringMatching(/good commit.*cannot be tried.*nowhere\.o/)],
    });
  });

  test('only commits that cannot be tried', async () => {
    const { ended, state } = await bisect(repository([GOOD, BROKEN, DEAD, BAD]), 3);
    expect(ended).toMatchObject({
      code: 3,
      complaints: [expect.stringMatching(/in one of 3\. .*why each was skipped/)],
    });
    expect(ended.stdout).toContain('It could not be decided');
    expect(state().steps.map(({ code, why }) => ({ code, why }))).toEqual(
      expect.arrayContaining([
        { code: 125, why: expect.stringContaining('does not boot (panic') },
        { code: 125, why: expect.stringContaining('nowhere.o') },
      ]),
    );
  });
});

test.each(['0.9999999999', '1', '0', 'much'])('a confidence of %s is refused before anything is done', async (word) => {
  const { ended, out } = await bisect('/nowhere', 1, '--confidence', word);
  expect(ended).toMatchObject({
    code: 2,
    complaints: [expect.stringMatching(/'--confidence.*a number above 0 and up to 0\.999 is needed/)],
  });
  expect(existsSync(out)).toBe(false);
});

test('after an interrupt it goes on where it was', async () => {
  const tree = repository([GOOD, GOOD, GOOD, GOOD, BAD]);
  fake.direct([{ kernel: null }], [{ kernel: null }], [{ boot: null }, { wait: 60 }]);
  const out = path.join(mkdtempSync(path.join(checkout.root, 'out-')), 'bisection');
  const args = [
    '--good',
    'HEAD~4',
    '--bad',
    'HEAD',
    '--clause',
    '4.1',
    '--arch',
    'x86_64',
    '--accel',
    'tcg',
    '--out',
    out,
  ];
  const started = checkout.start(['bisect', '--tree', tree, ...args]);
  await vi.waitFor(() => expect(fake.started()).toBe(3), { timeout: 60_000, interval: 100 });
  started.child.kill('SIGINT');
  const ended = await started.ended;
  expect(ended).toMatchObject({
    code: 130,
    complaints: [expect.stringMatching(/interrupted.*bisect --resume .* goes on/)],
  });
  expect(loadState(out)).toMatchObject({ steps: [] });
  fake.direct([{ kernel: null }]);
  const again = await checkout.run(['bisect', '--resume', out]);
  expect(again).toMatchObject({ code: 0, complaints: [] });
  expect(again.stdout).toContain('"change 4") is the first bad commit');
  // Neither end was tried again.
  expect(fake.started()).toBe(loadState(out).steps.length);
  const other = await checkout.run(['bisect', '--resume', out, '--times', '3']);
  expect(other).toMatchObject({
    code: 2,
    complaints: [expect.stringMatching(/--resume.*cannot be used with.*--times/)],
  });
  // A bisection that has its result only tells it again.
  const third = await checkout.run(['bisect', '--resume', out]);
  expect(third.stdout).toBe(again.stdout);
  expect(readFileSync(path.join(out, 'bisect.log'), 'utf8')).toContain('first bad commit');
});

test('a bisection whose tree is gone, or has lost a commit, does not go on, and is told in one line', async () => {
  const tree = repository([GOOD, GOOD, GOOD]);
  // It ends where good is as bad; what is begun is kept.
  const { out } = await bisect(tree, 2);
  const away = `${tree}-away`;
  const refusal = async () => {
    const ended = await checkout.run(['bisect', '--resume', out]);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    return ended;
  };
  renameSync(tree, away);
  const gone = `the tree ${tree} is gone`;
  expect(await refusal()).toMatchObject({ code: 2, complaints: [expect.stringContaining(gone)] });
  mkdirSync(tree);
  git(tree, 'init', '--quiet');
  const lost = /the tree \S+ has no longer the commit [0-9a-f]{12} \("change 0"\)\. Put it back/;
  expect(await refusal()).toMatchObject({ code: 2, complaints: [expect.stringMatching(lost)] });
  rmSync(tree, { recursive: true });
  renameSync(away, tree);
  expect(await checkout.run(['bisect', '--resume', out])).toMatchObject({
    code: 2,
    complaints: [expect.stringContaining('as it is at the good one')],
  });
});

test('of two that go on with the same bisection one is refused at once, the other is not disturbed', async () => {
  const tree = repository([GOOD, GOOD, GOOD, BAD]);
  fake.direct([{ kernel: null }], [{ kernel: null }], [{ boot: null }, { wait: 60 }]);
  const out = path.join(mkdtempSync(path.join(checkout.root, 'out-')), 'bisection');
  const range = ['--good', 'HEAD~3', '--bad', 'HEAD', '--clause', '4.1', '--arch', 'x86_64', '--accel', 'tcg'];
  const first = checkout.start(['bisect', '--tree', tree, ...range, '--out', out]);
  await vi.waitFor(() => expect(fake.started()).toBe(3), { timeout: 60_000, interval: 100 });
  // By another name, too.
  const link = path.join(path.dirname(out), 'link');
  symlinkSync(out, link);
  for (const folder of [out, link]) {
    expect(await checkout.run(['bisect', '--resume', folder])).toMatchObject({
      code: 2,
      complaints: [expect.stringMatching(/another trapline \(process \d+\) is at work on the bisection in .*--resume/)],
    });
  }
  expect(fake.started()).toBe(3);
  // Killed: the next one takes its place.
  first.child.kill('SIGKILL');
  await first.ended;
  fake.direct([{ kernel: null }]);
  expect(await checkout.run(['bisect', '--resume', out])).toMatchObject({ code: 0, complaints: [] });
});
