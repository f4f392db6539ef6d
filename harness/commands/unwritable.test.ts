// SPDX-License-Identifier: MIT
// Where nothing can be written: one line by the real ./trapline, and exit 3.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { TestTerminal } from '../shell/testdata/terminal.ts';
import { toyProject } from './testdata/checkout.ts';

// Each test starts the program, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { checkout, fake } = toyProject();

const ONE_LINE = /^trapline: [^\n]*no space left[^\n]*\n$/;

test.each([[['clauses']], [['--help']]])('standard output: %j', (args) => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const ended = spawnSync(path.join(checkout.root, 'checkout/trapline'), args, {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, TRAPLINE_CACHE: checkout.cache },
  });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({
    status: 3,
    stderr: expect.stringMatching(ONE_LINE),
  });
});

test('the file of shell --console, told before anything is built', async () => {
  const command = [path.join(checkout.root, 'checkout/trapline'), 'shell', '--arch', 'x86_64', '--console', '/no/x'];
  const terminal = new TestTerminal(command, { rows: 24, columns: 300 });
  onTestFinished(() => terminal.close());
  expect(await terminal.closed).toBe(2);
  // Behind the terminal's own name.
  expect(terminal.shown.split('\r\n').slice(1).filter(Boolean)).toEqual([
    'trapline: /no/x cannot be made: there is no folder /no. Make its folder first (mkdir -p), or name another',
  ]);
});

test('the file of exec --console', async () => {
  fake.direct([{ boot: true }, { console: 'a line\n' }, { wait: 60 }]);
  const where = ['--arch', 'x86_64', '--accel', 'tcg', '--kernel', `toy=tree:${checkout.tree()}`];
  const ended = await checkout.run(['exec', ...where, '--console', '/dev/full', '--', '/probe']);
  expect({ code: ended.code, complaints: ended.complaints }).toEqual({
    code: 3,
    complaints: [expect.stringContaining('no space left on the disk that holds /dev/full')],
  });
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});
