// SPDX-License-Identifier: MIT
// A bisection of real kernels: a dozen commits, of which one breaks sigreturn and one does not build.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findArchitecture } from '../arch/index.ts';
import { inProject } from '../config/paths.ts';
import { type KernelRepository, kernelRepository } from '../kernel/testdata/seed.ts';
import { traplineIn } from '../process/testdata/program.ts';
import { loadState } from './state.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'trapline-bisect-'));
let repository: KernelRepository;
afterAll(() => {
  repository?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const COMMITS = 12;
const BREAKS = 9;
/** In the middle: git asks for it first. */
const DOES_NOT_BUILD = 6;

beforeAll(async () => {
  repository = await kernelRepository(findArchitecture('x86_64'));
  for (let number = 1; number <= COMMITS; number++) {
    const message = `change ${number}`;
    const line = number === DOES_NOT_BUILD ? '#error not finished' : `/* change ${number} */`;
    const without = (text: string) => text.replace(/#error not finished\n/, '');
    if (number === BREAKS) repository.apply(message, inProject('kernel-config/mutants/x86-sigreturn-pc.patch'));
    else repository.edit(message, 'kernel/utsname_sysctl.c', (text) => `${without(text)}${line}\n`);
  }
});

const trapline = traplineIn(scratch);

test('the commit that breaks clause 5.2 is found; the repository is as it was', async () => {
  const { folder, git } = repository;
  const before = git('status', '--porcelain') + git('for-each-ref');
  const out = path.join(scratch, 'bisection');
  const range = ['--tree', folder, '--good', `HEAD~${COMMITS}`, '--bad', 'main'];
  const { status, stdout, stderr } = await trapline(
    'bisect',
    ...range,
    '--clause',
    '5.2',
    '--arch',
    'x86_64',
    '--out',
    out,
  );
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain(
    `("change ${BREAKS}") is the first bad commit: clause 5.2 (hw-breakpoint, sigtrap) on x86_64`,
  );
  expect(stdout).toContain('arch/x86/kernel/signal.c');
  expect(stdout).toMatch(/skipped .*change 6.*#error/);
  expect(stdout).toMatch(/What was seen, good and bad:\n {2}\S+: .* and /);
  expect(git('status', '--porcelain') + git('for-each-ref')).toBe(before);
  expect(readFileSync(path.join(out, 'bisect.log'), 'utf8')).toMatch(/^# first bad commit: .* change 9$/m);
  expect(loadState(out).steps.map(({ code }) => code)).toContain(125);
});
