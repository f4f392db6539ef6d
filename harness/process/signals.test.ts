// SPDX-License-Identifier: MIT
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { inProject } from '../config/paths.ts';
import { answerSignals, keepSignals } from './signals.ts';

// vitest ends this process by a signal, of which nothing needs to be said.
afterAll(() => {
  answerSignals(() => process.exit());
});

const send = async (signal: NodeJS.Signals) => {
  process.kill(process.pid, signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
};

test('whoever came last answers, until it has ended', async () => {
  const said: string[] = [];
  onTestFinished(answerSignals((signal) => said.push(`outer ${signal}`)));
  const end = answerSignals((signal) => said.push(`inner ${signal}`));
  await send('SIGTERM');
  end();
  await send('SIGHUP');
  expect(said).toEqual(['inner SIGTERM', 'outer SIGHUP']);
});

test('a library does not get to listen to a signal that ends the process', async () => {
  const said: string[] = [];
  onTestFinished(answerSignals(() => said.push('ours')));
  const letThem = keepSignals();
  process.once('SIGTERM', () => said.push('theirs'));
  process.on('SIGWINCH', () => said.push('the size'));
  letThem();
  await send('SIGTERM');
  await send('SIGWINCH');
  expect(said).toEqual(['ours', 'the size']);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s before a verb has begun its work is an interrupt too',
  async (signal) => {
    const run = mkdtempSync(path.join(tmpdir(), 'trapline-signals-'));
    onTestFinished(() => rmSync(run, { recursive: true }));
    // A report that never comes: the verb waits for it, and that it does shows in a writer being let in.
    const fifo = path.join(run, 'report.json');
    execFileSync('mkfifo', [fifo]);
    const child = spawn(inProject('trapline'), ['report', run], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise((resolve) => child.once('close', (code, by) => resolve(code ?? by)));
    const writer = await vi.waitUntil(
      () => {
        try {
          return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
        } catch {
          return undefined;
        }
      },
      { timeout: 30_000, interval: 50 },
    );
    child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    closeSync(writer);
    expect(await ended).toBe(130);
    expect(stderr).toBe('trapline: interrupted. Nothing half-made is left; run it again\n');
  },
  60_000,
);
