// SPDX-License-Identifier: MIT
import { afterAll, expect, onTestFinished, test } from 'vitest';
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
