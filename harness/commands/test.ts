// SPDX-License-Identifier: MIT
// test: the project's own tests, in the order in which they fail fastest.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { architectures } from '../arch/index.ts';
import { inProject } from '../config/paths.ts';
import { demandPackages } from '../doctor/index.ts';
import { type EventSink, step } from '../outcome/events.ts';
import { EXIT } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';
import { withScratch } from '../store/temporary.ts';
import { leftOut } from './rotation.ts';
import { print, withSession } from './session.ts';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, for the end of the output. */
  readonly complaints: readonly string[];
}

type Task = (detail: (text: string) => void, signal: AbortSignal) => Promise<Tally>;

/** A checker counts as one test: its exit status. */
function check(program: string, args: string[]): Task {
  return async (_, signal) => {
    const result = await runCommand('node', [inProject('node_modules', program), ...args], {
      cwd: inProject(),
      signal,
    });
    if (result.exitCode === 0) return { passed: 1, failed: 0, skipped: 0, complaints: [] };
    return { passed: 0, failed: 1, skipped: 0, complaints: [result.tail.trimEnd()] };
  };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** One of the projects of vitest.config.ts; the count is taken from its JSON reporter. */
function vitest(project: string, exclude: readonly string[] = []): Task {
  return async (detail, signal) => {
    return withScratch(async (folder) => {
      const file = path.join(folder, 'report.json');
      const args = [
        'run',
        '--no-color',
        '--project',
        project,
        '--reporter=verbose',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...exclude.map((name) => `--exclude=${name}`),
      ];
      const result = await runCommand('node', [inProject('node_modules/vitest/vitest.mjs'), ...args], {
        cwd: inProject(),
        signal,
        onLine: (line) => {
          if (line.trim() !== '') detail(line.trim().slice(0, 100));
        },
      });
      return tallyOf(JSON.parse(readFileSync(file, 'utf8')) as VitestReport, result.exitCode, result.tail);
    });
  };
}

function tallyOf(report: VitestReport, exitCode: number, tail: string): Tally {
  const complaints = report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    const ofTests = failed.map(
      ({ fullName, failureMessages }) => `${file.name}: ${fullName}\n${failureMessages.join('\n')}`,
    );
    // A file that could not be loaded has no tests to fail.
    return file.status === 'failed' && failed.length === 0 ? [`${file.name}: ${file.message}`] : ofTests;
  });
  const failed = Math.max(report.numFailedTests, complaints.length);
  if (exitCode !== 0 && failed === 0) {
    return { passed: report.numPassedTests, failed: 1, skipped: 0, complaints: [tail.slice(-2000)] };
  }
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests, complaints };
}

const QUICK: readonly [string, Task][] = [
  ['type check', check('typescript/bin/tsc', ['--noEmit'])],
  ['linter and formatter', check('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '.'])],
  [
    'import directions',
    check('dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.dependency-cruiser.cjs', 'harness', 'specs']),
  ],
  ['unit tests', vitest('unit')],
];
const real = (all: boolean): readonly [string, Task][] => [
  ['the report in a browser', vitest('browser')],
  ['real boots', vitest('boot', leftOut(all))],
];

/** What only the tests need: a browser for the report, an engine of their own for builds in containers. */
const FOR_TESTS = [
  { kind: 'command', tool: 'chromium', package: 'chromium', purpose: 'the report’s tests' },
  { kind: 'command', tool: 'gdb-multiarch', package: 'gdb-multiarch', purpose: 'the tests of reproduce --gdb' },
  { kind: 'command', tool: 'script', package: 'bsdutils', purpose: 'the tests of shell' },
  { kind: 'command', tool: 'ssh', package: 'openssh-client', purpose: 'the tests of shell --ssh' },
  { kind: 'command', tool: 'dockerd', package: 'docker.io', purpose: 'the tests of builds in containers' },
  { kind: 'command', tool: 'mmdebstrap', package: 'mmdebstrap', purpose: 'the tests of builds in containers' },
  {
    kind: 'command',
    tool: 'docker-registry',
    package: 'docker-registry',
    purpose: 'the tests of kernel push and pull',
  },
] as const;

export async function test(options: { quick?: boolean; all?: boolean; install?: boolean }): Promise<void> {
  const tallies = await withSession(async ({ signal, sink }) => {
    const extra = options.quick ? [] : FOR_TESTS;
    await demandPackages(architectures, { install: options.install ?? false, build: true, extra }, sink);
    return runAll(options.quick ? QUICK : [...QUICK, ...real(options.all ?? false)], sink, signal);
  });
  for (const complaint of tallies.flatMap(({ complaints }) => complaints)) print(`\nFAILED ${complaint}`);
  const sum = (key: 'passed' | 'failed' | 'skipped') => tallies.reduce((total, tally) => total + tally[key], 0);
  const others = options.quick ? [] : leftOut(options.all ?? false);
  if (others.length > 0) print(`\nNot this commit's turn (--all runs them too): ${others.join(', ')}`);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  print(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  process.exitCode = sum('failed') > 0 ? EXIT.notAsExpected : EXIT.expected;
}

async function runAll(tasks: readonly [string, Task][], sink: EventSink, signal: AbortSignal): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const [name, task] of tasks) {
    const tally = await step(sink, 'test', name, async (detail) => {
      const result = await task(detail, signal);
      detail(
        `${result.passed} passed, ${result.failed} failed${result.skipped > 0 ? `, ${result.skipped} skipped` : ''}`,
      );
      return result;
    });
    tallies.push(tally);
  }
  return tallies;
}
