// SPDX-License-Identifier: MIT
// Signals that come while observations are judged: whether and when the harness ends is its session's to decide.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test, vi } from 'vitest';
import { answerSignals } from '../process/signals.ts';
import { judgeAll } from './judge.ts';
import type { JudgeInput } from './observation.ts';

// Each judges at least once, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });
// vitest ends this process by a signal, of which nothing needs to be said.
afterAll(() => {
  answerSignals(() => process.exit());
});

const refused = { what: 'refused', call: 'perf_event_open', errno: 2, error: 'ENOENT', errnoWithoutSigtrap: 2 };
const input: JudgeInput = [
  {
    arch: 'x86_64',
    label: 'with',
    evidence: [
      {
        clause: '5.4',
        trigger: 'hw-breakpoint',
        mechanism: 'sigtrap',
        observations: [refused],
        ending: { kind: 'exited', status: 0, seconds: 1 },
      },
    ],
  },
];
const scratch = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`trapline-scratch-${process.pid}-`));

/** Judges, with `disturb` called over and over meanwhile. */
async function judgedWhile(disturb: () => void): Promise<string | undefined> {
  const timer = setInterval(disturb, 20);
  try {
    return (await judgeAll(input))[0]?.[0]?.verdict;
  } finally {
    clearInterval(timer);
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s is answered by us alone, and judging goes on to its end',
  async (signal) => {
    let answered = 0;
    const noMoreSignals = answerSignals(() => {
      answered++;
    });
    expect(await judgedWhile(() => process.kill(process.pid, signal))).toBe('unsupported');
    noMoreSignals();
    expect(answered).toBeGreaterThan(1);
    expect(scratch()).toEqual([]);
  },
);

test('a compiler of the specs that a Ctrl-C ended is no verdict: they are judged once more', async () => {
  let killed: string | undefined;
  const verdict = await judgedWhile(() => {
    if (killed) return;
    const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
    killed = /^ *(\d+) .*esbuild.*--service/m.exec(children)?.[1];
    if (killed) process.kill(Number(killed), 'SIGINT');
  });
  expect(killed).toBeDefined();
  expect(verdict).toBe('unsupported');
});
