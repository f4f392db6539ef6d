// SPDX-License-Identifier: MIT
// The self-test in real machines: TCG traps; the para-virtual KVM of some hosts does not.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import { x86_64 } from '../arch/x86_64.ts';
import { chooseAccelerator } from './accelerator.ts';
import { runSelfTest } from './selftest.ts';

const tested = architectures.filter(({ qemu }) => qemu.selfTest !== undefined);

test.each(tested.map((one) => [one.name, one] as const))('%s: TCG traps on its debug registers', async (_, one) => {
  expect(await runSelfTest(one, 'tcg')).toEqual({
    passed: true,
    seen: expect.stringMatching(/^selftest write=1 execute=1 step=1 misplaced=0 other=0 /),
  });
});

const canTry = process.arch === 'x64' && existsSync('/dev/kvm') && existsSync('/sys/module/kvm_pvm');

describe.runIf(canTry)('a para-virtual KVM', () => {
  test('is passed over by auto without a VM', async () => {
    const choice = await chooseAccelerator(x86_64, 'auto');
    expect(choice).toMatchObject({ accel: 'tcg', reason: expect.stringContaining('kvm_pvm') });
  });

  test('is found out by the self-test when the cheap gates see nothing', async () => {
    // An empty /sys knows no kvm_pvm, and a record without flags does not ask the CPU.
    const { kvmHostFlags: _, ...qemu } = x86_64.qemu;
    const choice = await chooseAccelerator({ ...x86_64, qemu }, 'auto', { host: { sys: '/nonexistent' } });
    expect(choice).toMatchObject({
      accel: 'tcg',
      reason: expect.stringContaining('failed the debug-register self-test'),
    });
  });

  test('is refused although asked for', async () => {
    await expect(chooseAccelerator(x86_64, 'kvm')).rejects.toMatchObject({ name: 'kvm-not-usable' });
  });

  test('runs the guest with a CPU that it accepts, and never traps', async () => {
    const result = await runSelfTest(x86_64, 'kvm', { cpu: 'max,-arch-capabilities' });
    expect(result).toMatchObject({ passed: false, seen: expect.stringMatching(/^selftest write=0 execute=0 /) });
  });
});

describe('an emulator that gives no answer', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trapline-selftest-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function fake(script: string) {
    const binary = path.join(folder, 'qemu');
    writeFileSync(binary, `#!/bin/sh\n${script}\n`);
    chmodSync(binary, 0o755);
    return { ...x86_64, qemu: { ...x86_64.qemu, binary } };
  }

  test('is ended at the limit', async () => {
    const started = performance.now();
    const result = await runSelfTest(fake('trap "" TERM; while :; do sleep 1; done'), 'kvm', { limitSeconds: 0.5 });
    expect(result).toEqual({ passed: false, seen: 'no answer from the guest within 0.5 s' });
    expect(performance.now() - started).toBeLessThan(4000);
  });

  test('is quoted when it dies', async () => {
    const result = await runSelfTest(fake('echo "failed to set MSR" >&2; kill -ABRT $$'), 'kvm');
    expect(result.seen).toBe('no answer from the guest; QEMU ended with 134: failed to set MSR');
  });
});
