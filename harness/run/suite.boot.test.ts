// SPDX-License-Identifier: MIT
// The main job for real: kernels with and without the feature, built, booted and judged, on three architectures and on
// two more that rotate by the commit (all of them: TRAPLINE_TEST_ARCHITECTURES=all).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clauses } from '../../specs/clauses.ts';
import { architectures, findArchitecture } from '../arch/index.ts';
import { commitNumber } from '../config/commit.ts';
import { kernelTools } from '../kernel/toolchain.ts';
import { type RunReport, runReportSchema } from '../outcome/report.ts';
import { traplineIn } from '../process/testdata/program.ts';

const ALWAYS = ['x86_64', 'arm64', 'sparc64'];
const ROTATING = 2;

function chosen(): string[] {
  const others = architectures.map(({ name }) => name).filter((name) => !ALWAYS.includes(name));
  if (process.env.TRAPLINE_TEST_ARCHITECTURES === 'all') return [...ALWAYS, ...others];
  const first = commitNumber() % others.length;
  return [...ALWAYS, ...[...others, ...others].slice(first, first + Math.min(ROTATING, others.length))];
}
const names = chosen();

const scratch = mkdtempSync(path.join(tmpdir(), 'trapline-suite-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const trapline = traplineIn(scratch);

async function run(name: string, ...args: string[]): Promise<{ status: number; output: string; report: RunReport }> {
  const folder = path.join(scratch, name);
  const { status, stdout, stderr } = await trapline('run', ...args, '--out', folder);
  const text = readFileSync(path.join(folder, 'report.json'), 'utf8');
  return { status, output: stdout + stderr, report: runReportSchema.parse(JSON.parse(text)) };
}

/** Results that were not as expected, by cell, clause and setting: what a person would look at first. */
const surprises = (report: RunReport): Map<string, string> =>
  new Map(
    report.cells.flatMap((cell) =>
      cell.clauses
        .filter(({ outcome }) => outcome !== 'expected')
        .map((one) => [
          `${cell.arch}/${cell.kernel.label} ${one.id} ${one.trigger} ${one.mechanism}`,
          `${one.verdict}: ${one.reason}`,
        ]),
    ),
  );
const listed = (found: ReadonlyMap<string, string>): string =>
  [...found].map(([name, said]) => `${name}: ${said}`).join('\n');

const surprisingClauses = (report: RunReport): Set<string> =>
  new Set(
    report.cells.flatMap((cell) => cell.clauses.filter(({ outcome }) => outcome !== 'expected').map(({ id }) => id)),
  );

describe(`${names.join(', ')}, with and without the feature`, () => {
  let result: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    result = await run('all', '--arch', names.join(','));
  });

  test('every verdict is as expected, and the exit code says so', async () => {
    const first = surprises(result.report);
    expect(result.status, result.output).toBe(first.size === 0 ? 0 : 1);
    if (first.size === 0) return;
    // Emulated guests on a loaded machine: a surprise counts when it comes again, and is told in any case.
    console.warn(`surprises of the first run:\n${listed(first)}`);
    const again = await run(
      'again',
      '--arch',
      names.join(','),
      '--clause',
      [...surprisingClauses(result.report)].join(','),
    );
    const second = surprises(again.report);
    if (second.size > 0) console.warn(`surprises of the second run:\n${listed(second)}`);
    // As one text: of a list the runner's summary shows the length alone.
    expect(listed(new Map([...second].filter(([name]) => first.has(name))))).toBe('');
  });

  test('every cell booted, and every clause of the specification has a verdict on it', () => {
    expect(result.report.cells.map((cell) => `${cell.arch}/${cell.kernel.label} ${cell.boot.outcome}`)).toEqual(
      names.flatMap((name) => [`${name}/with booted`, `${name}/without booted`]),
    );
    for (const cell of result.report.cells) {
      expect(new Set(cell.clauses.map(({ id }) => id))).toEqual(new Set(clauses.map(({ id }) => id)));
    }
  });

  test('the feature is there with it, and absent without it', () => {
    for (const cell of result.report.cells) {
      const own = cell.clauses.filter(({ mechanism }) => mechanism === 'sigtrap');
      const conforming = own.filter(({ verdict }) => verdict === 'conforms').length;
      // A kernel without perf has the feature on neither side: nothing but a breakpoint instruction stops its programs.
      const perf = findArchitecture(cell.arch).triggers.some((trigger) => trigger !== 'trap-instruction');
      if (perf && cell.kernel.label === 'with') expect(conforming, cell.arch).toBeGreaterThan(20);
      else expect(conforming, cell.arch).toBe(0);
    }
  });
});

describe('a kernel that never had the feature', () => {
  test('gives the verdicts of the one from which it was taken', async () => {
    const [never, taken] = [
      await run('never', '--kernel', 'without=debian:5.10'),
      await run('taken', '--kernel', 'without'),
    ];
    const verdicts = ({ report }: typeof never) =>
      report.cells[0]?.clauses.map((one) => `${one.id} ${one.trigger} ${one.mechanism}: ${one.verdict}`);
    expect(verdicts(never)).toEqual(verdicts(taken));
  });
});

describe('kernels broken on purpose', () => {
  test('are caught by the clause that is about what they break', async () => {
    // One for each architecture; ./trapline mutants has them all.
    const mutants = ['sparc64-sigreturn-npc', 'x86-frame-pc', 'arm64-frame-pc'];
    const { status, stdout, stderr } = await trapline('mutants', '--mutant', mutants.join(','));
    expect(stdout, stderr).toContain('3 mutants: 3 caught, 0 caught elsewhere, 0 survived, 0 could not be run');
    expect(status).toBe(0);
  });
});

describe('exec', () => {
  test.each(names)('%s: output and exit status of the guest are passed on', async (name) => {
    // The guest's own probe program, called without arguments, explains itself on stderr and ends with 2.
    const { status, stdout, stderr } = await trapline('exec', '--arch', name, '--kernel', 'with', '--', '/probe');
    expect(stderr).toContain('usage: probe CLAUSE TRIGGER MECHANISM');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test.each(['x86_64', 'sparc64'])('%s: a program finds its own descriptors below /dev', async (name) => {
    const source = path.join(scratch, 'descriptors.c');
    writeFileSync(
      source,
      `#include <stdio.h>
       int main(int count, char **files) {
         for (int i = 1; i < count; i++) {
           FILE *file = fopen(files[i], "r+");
           if (file == NULL || fprintf(file, "%s\\n", files[i]) < 0 || fclose(file) != 0) perror(files[i]);
         }
         return fopen("/dev/stdin", "r") == NULL;
       }`,
    );
    const program = path.join(scratch, `descriptors-${name}`);
    execFileSync(kernelTools(findArchitecture(name)).compiler, ['-static', '-o', program, source]);
    const files = ['/dev/stdout', '/dev/fd/1', '/dev/stderr', '/dev/fd/2'];
    const ran = await trapline('exec', '--arch', name, '--', program, ...files);
    expect(ran).toMatchObject({ status: 0, stdout: '/dev/stdout\n/dev/fd/1\n', stderr: '/dev/stderr\n/dev/fd/2\n' });
  });

  test('every word gets there, however many and long they are, and standard input is at its end', async () => {
    const source = path.join(scratch, 'words.c');
    writeFileSync(
      source,
      `#include <stdio.h>
       #include <string.h>
       int main(int count, char **words) { printf("%d %zu %d\\n", count, strlen(words[count - 1]), getchar()); }`,
    );
    const program = path.join(scratch, 'words');
    execFileSync(kernelTools(findArchitecture('x86_64')).compiler, ['-static', '-o', program, source]);
    const words = [...Array.from({ length: 1000 }, String), 'x'.repeat(100_000)];
    const { status, stdout } = await trapline('exec', '--arch', 'x86_64', '--', program, ...words);
    expect(stdout).toBe('1002 100000 -1\n');
    expect(status).toBe(0);
  });
});
