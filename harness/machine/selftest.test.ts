// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { x86_64 } from '../arch/x86_64.ts';
import { judgeSelfTest, kvmSelfTest } from './selftest.ts';

describe('the judge of the self-test', () => {
  const counts = (write: number, execute: number, step: number, misplaced = 0, other = 0) =>
    `selftest write=${write} execute=${execute} step=${step} misplaced=${misplaced} other=${other}`;

  test('passes each event once, at its place', () => {
    const line = `${counts(1, 1, 1)} dr6=0xffff0ff1@33,0xffff0ff2@34,0xffff4ff0@46`;
    expect(judgeSelfTest(`firmware says hello\n${line}\r\n`)).toEqual({ passed: true, seen: line });
  });

  test.each([
    ['no watchpoint', counts(0, 1, 1)],
    ['no breakpoint', counts(1, 0, 1)],
    ['no step', counts(1, 1, 0)],
    ['a hit on a neighbour', counts(2, 1, 1)],
    ['ten hits', counts(10, 1, 1)],
    ['a hit at the wrong place', counts(1, 1, 1, 1)],
    ['a trap without a cause', counts(1, 1, 1, 0, 1)],
    ['an exception behind it', `${counts(1, 1, 1)} exception=13 frame=0x0,0x8`],
  ])('fails %s', (_, line) => {
    expect(judgeSelfTest(`${line}\n`)).toEqual({ passed: false, seen: line });
  });

  test('says nothing of a guest that said nothing', () => {
    expect(judgeSelfTest('')).toBeUndefined();
    expect(judgeSelfTest('selftest \n')).toBeUndefined();
  });

  test('keeps what a guest prints to one short printable line', () => {
    expect(judgeSelfTest(`${counts(0, 0, 0)}\u001b[2J${'x'.repeat(9000)}\n`)?.seen).toMatch(/^[ -~]{1,200}$/);
  });
});

describe('the memory of the self-test', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trapline-selftest-'));
    vi.stubEnv('TRAPLINE_CACHE', path.join(folder, 'cache'));
    boot('first');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  function boot(id: string): void {
    mkdirSync(path.join(folder, 'sys/kernel/random'), { recursive: true });
    writeFileSync(path.join(folder, 'sys/kernel/random/boot_id'), `${id}\n`);
  }

  /** Asks, and says which of the tests so far it was that gave the answer. */
  function asker(passed: boolean) {
    let runs = 0;
    return async (options: { emulatorVersion?: string; retryFailure?: boolean } = {}): Promise<string> => {
      const run = async () => ({ passed, seen: `run ${++runs}` });
      return (await kvmSelfTest(x86_64, { proc: folder, emulatorVersion: '7.2.22', run, ...options })).seen;
    };
  }

  test('runs once per boot, QEMU and self-test', async () => {
    const ask = asker(true);
    expect(await ask()).toBe('run 1');
    expect(await ask()).toBe('run 1');
    expect(await ask({ retryFailure: true })).toBe('run 1');
    expect(await ask({ emulatorVersion: '10.0.0' })).toBe('run 2');
    boot('second');
    expect(await ask({ emulatorVersion: '10.0.0' })).toBe('run 3');
  });

  test('remembers a failure until somebody insists', async () => {
    const ask = asker(false);
    expect(await ask()).toBe('run 1');
    expect(await ask()).toBe('run 1');
    expect(await ask({ retryFailure: true })).toBe('run 2');
    expect(await ask()).toBe('run 2');
  });

  test('takes a damaged memory for none', async () => {
    const ask = asker(true);
    await ask();
    writeFileSync(path.join(folder, 'cache/selftest/x86_64/kvm.json'), '{"key":');
    expect(await ask()).toBe('run 2');
  });
});
