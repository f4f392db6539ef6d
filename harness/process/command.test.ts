// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandOutput, runCommand } from './command.ts';

const shell = (script: string, options = {}) => runCommand('sh', ['-c', script], options);
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has reaped yet does nothing any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('runCommand', () => {
  it('gives status, stdout and both streams', async () => {
    const result = await shell('echo out; echo err >&2; exit 3');
    expect(result).toMatchObject({ exitCode: 3, stdout: 'out\n' });
    expect(result.tail).toContain('err');
  });

  it('tells lines, also the last one without its newline', async () => {
    const lines: string[] = [];
    await shell('printf "a\\nb"', { onLine: (line: string) => lines.push(line) });
    expect(lines).toEqual(['a', 'b']);
  });

  it('keeps the end of a flood, and writes all of it to the log', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trapline-command-'));
    const logFile = path.join(folder, 'log');
    try {
      const result = await shell('yes | head -c 300000; echo end', { keepBytes: 1000, logFile });
      expect(result.stdout.length).toBe(1000);
      expect(result.stdout.endsWith('end\n')).toBe(true);
      expect(readFileSync(logFile).length).toBe(300_004);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes input and a whole environment', async () => {
    expect((await shell('cat; echo "$HOME:$X"', { input: 'in ', env: { X: '1', PATH: '/usr/bin:/bin' } })).stdout).toBe(
      'in :1\n',
    );
  });

  it('ends the whole group on abort, also one that ignores SIGTERM', async () => {
    const abort = new AbortController();
    const pids: number[] = [];
    const onLine = (line: string): void => {
      pids.push(Number(line));
      if (pids.length === 2) abort.abort();
    };
    const script =
      'trap "" TERM; (trap "" TERM; while :; do sleep 1; done) & echo $!; echo $$; while :; do sleep 1; done';
    const running = shell(script, { signal: abort.signal, onLine, graceSeconds: 0.2 });
    await expect(running).rejects.toMatchObject({ name: 'interrupted', kind: 'interrupted' });
    await expect.poll(() => pids.filter(alive)).toEqual([]);
  });

  it('leaves nothing behind of a program that ends by itself', async () => {
    const result = await shell('sleep 100 & echo $!');
    await expect.poll(() => alive(Number(result.stdout))).toBe(false);
  });

  it('ends what takes too long', async () => {
    await expect(shell('sleep 100', { timeoutSeconds: 0.1 })).rejects.toMatchObject({ name: 'timed-out' });
  });

  it('says which tool is missing', async () => {
    await expect(runCommand('no-such-tool-here', [])).rejects.toMatchObject({ name: 'missing-tool' });
  });

  it('passes on what a callback throws, after ending the program', async () => {
    const broken = shell('echo x; sleep 100', {
      onLine: () => {
        throw new Error('from the callback');
      },
    });
    await expect(broken).rejects.toThrow('from the callback');
  });
});

describe('commandOutput', () => {
  it('names command, status and the last line', async () => {
    await expect(commandOutput('sh', ['-c', 'echo because >&2; exit 7'])).rejects.toThrow(/ended with 7: because/);
  });
});
