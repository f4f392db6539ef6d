// SPDX-License-Identifier: MIT
// gdb's commands for going backwards, in a real gdb and with a toy for QEMU's monitor.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEBUGGER } from '../doctor/index.ts';
import { onPath } from '../process/requirements.ts';
import { backwardsCommands } from './backwards.ts';

let folder: string;
let monitor: Server;
let asked: string[];
const at = (name: string) => path.join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-backwards-'));
  asked = [];
  monitor = createServer((socket) => {
    socket.write('{"QMP": {}}\n');
    socket.on('data', (data) => {
      asked.push(JSON.parse(data.toString()).execute);
      socket.write('{"return": {"icount": 7, "running": false}}\n');
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => monitor.listen(at('monitor'), resolve));
});
afterEach(async () => {
  await new Promise((resolve) => monitor.close(resolve));
  rmSync(folder, { recursive: true });
});

function gdb(command: string): Promise<string[]> {
  writeFileSync(at('commands'), backwardsCommands(at('monitor'), undefined));
  const args = ['-q', '-nx', '-batch', '-x', at('commands'), '-ex', command];
  return new Promise((resolve) => {
    execFile(DEBUGGER.tool, args, { timeout: 20_000 }, (_error, _stdout, stderr) =>
      resolve(stderr.split('\n').filter((line) => line !== '')),
    );
  });
}

test.skipIf(!onPath(DEBUGGER.tool)).each([
  ['trapline-step-back x', /^usage: trapline-step-back \[N\], /],
  ['trapline-step-back 0', /^usage: trapline-step-back \[N\], /],
  ['trapline-step-back -3', /^usage: trapline-step-back \[N\], /],
  ['trapline-step-back 1 2', /^usage: trapline-step-back \[N\], /],
  ['trapline-back nowhere', /^usage: trapline-back \[ADDRESS\]: /],
  ['trapline-back', /^the probe recorded no trigger: name an address$/],
])('%s: one line, and the machine stays where it is', { timeout: 30_000 }, async (command, words) => {
  expect(await gdb(command)).toEqual([expect.stringMatching(words)]);
  expect(asked).toEqual(['qmp_capabilities']);
});
