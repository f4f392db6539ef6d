// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { arm64 } from '../arch/arm64.ts';
import { sparc64 } from '../arch/sparc64.ts';
import { x86_64 } from '../arch/x86_64.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { type AcceleratorContext, chooseAccelerator } from './accelerator.ts';
import type { SelfTestResult } from './selftest.ts';

const PASSED: SelfTestResult = { passed: true, seen: 'selftest write=1 execute=1 step=1 misplaced=0 other=0' };
const FAILED: SelfTestResult = { passed: false, seen: 'selftest write=0 execute=0 step=1 misplaced=0 other=0' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-accelerator-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A host with a KVM that looks right; `selfTest` counts its calls. */
function host(
  result: SelfTestResult = PASSED,
  changes: { flags?: string; pvm?: boolean; device?: 'file' | 'folder' | 'none' } = {},
) {
  for (const name of ['proc', 'sys/module', 'dev']) mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, 'proc/cpuinfo'), `processor\t: 0\nflags\t\t: fpu ${changes.flags ?? 'vmx'} sse\n`);
  if (changes.pvm) mkdirSync(path.join(folder, 'sys/module/kvm_pvm'));
  if (changes.device === 'folder') mkdirSync(path.join(folder, 'dev/kvm'));
  else if (changes.device !== 'none') writeFileSync(path.join(folder, 'dev/kvm'), '');
  const tries: boolean[] = [];
  const context: AcceleratorContext = {
    host: {
      architecture: 'x64',
      proc: path.join(folder, 'proc'),
      sys: path.join(folder, 'sys'),
      dev: path.join(folder, 'dev'),
    },
    selfTest: async (_, options) => {
      tries.push(options.retryFailure === true);
      return result;
    },
  };
  return { context, tries };
}

describe('auto', () => {
  test('takes KVM when every gate and the self-test pass', async () => {
    const { context, tries } = host();
    expect(await chooseAccelerator(x86_64, 'auto', context)).toMatchObject({
      accel: 'kvm',
      reason: expect.stringContaining('write=1'),
    });
    expect(tries).toEqual([false]);
  });

  test.each([
    ['the device is missing', { device: 'none' as const }, /\/dev\/kvm is missing/],
    ['the device does not open', { device: 'folder' as const }, /cannot be opened \(EISDIR\)/],
    ['KVM is para-virtual', { pvm: true }, /kvm_pvm/],
    ['the CPU has no virtualisation', { flags: 'vmxnot' }, /none of vmx, svm/],
  ])('takes TCG without a self-test when %s', async (_, changes, reason) => {
    const { context, tries } = host(PASSED, changes);
    const choice = await chooseAccelerator(x86_64, 'auto', context);
    expect(choice.accel).toBe('tcg');
    expect(choice.reason).toMatch(reason);
    expect(tries).toEqual([]);
  });

  test("takes TCG for a guest that is not the host's", async () => {
    const { context, tries } = host();
    expect((await chooseAccelerator(sparc64, 'auto', context)).reason).toBe(
      'KVM on this host (x64) runs no such guests',
    );
    expect(tries).toEqual([]);
  });

  test('takes TCG where no self-test exists, and says so', async () => {
    const { context } = host();
    const choice = await chooseAccelerator(arm64, 'auto', {
      ...context,
      host: { ...context.host, architecture: 'arm64' },
    });
    expect(choice).toMatchObject({ accel: 'tcg', reason: expect.stringContaining('no debug-register self-test') });
  });

  test('takes TCG when the self-test fails, with what was seen', async () => {
    const choice = await chooseAccelerator(x86_64, 'auto', host(FAILED).context);
    expect(choice).toMatchObject({ accel: 'tcg', reason: expect.stringContaining('write=0 execute=0') });
  });

  test('takes TCG when the self-test cannot be made, but a bug or an interruption is not swallowed', async () => {
    const { context } = host();
    const fails = (error: Error) => ({ ...context, selfTest: () => Promise.reject(error) });
    const missing = infrastructureFailure('missing-tool', 'cannot start make', '');
    expect((await chooseAccelerator(x86_64, 'auto', fails(missing))).reason).toContain('cannot start make');
    await expect(chooseAccelerator(x86_64, 'auto', fails(new Error('bug')))).rejects.toThrow('bug');
    await expect(chooseAccelerator(x86_64, 'auto', fails(requestFailure('other', 'other', '')))).rejects.toThrow(
      'other',
    );
  });
});

describe('asked for', () => {
  test('tcg looks at nothing', async () => {
    const { context, tries } = host();
    expect(await chooseAccelerator(x86_64, 'tcg', context)).toEqual({ accel: 'tcg', reason: 'asked for' });
    expect(tries).toEqual([]);
  });

  test('kvm passes over the cheap gates, and tries a remembered failure again', async () => {
    const { context, tries } = host(PASSED, { device: 'none', pvm: true, flags: '' });
    expect((await chooseAccelerator(x86_64, 'kvm', context)).accel).toBe('kvm');
    expect(tries).toEqual([true]);
  });

  test('kvm that fails the self-test is a failure with what was seen', async () => {
    await expect(chooseAccelerator(x86_64, 'kvm', host(FAILED).context)).rejects.toMatchObject({
      name: 'kvm-not-usable',
      kind: 'infrastructure',
      what: expect.stringContaining('write=0 execute=0'),
    });
  });

  test('kvm for a guest that this host cannot run is a failure', async () => {
    await expect(chooseAccelerator(sparc64, 'kvm', host().context)).rejects.toMatchObject({ name: 'kvm-not-usable' });
  });
});
