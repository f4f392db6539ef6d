// SPDX-License-Identifier: MIT
// Guests that cannot work, on the real emulator: told soon, and told apart.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findArchitecture } from '../arch/index.ts';
import { buildGuestPrograms, type GuestPrograms } from '../initramfs/guest-programs.ts';
import { buildKernel, parseKernelRequest, resolveKernel } from '../kernel/index.ts';
import { findEmulator } from '../machine/emulator.ts';
import { silent } from '../outcome/events.ts';
import { type CellEvidence, runCell } from './cell.ts';
import { stepsFor } from './plan.ts';

const architecture = findArchitecture('x86_64');
let folder: string;
let image: string;
let programs: GuestPrograms;
let sandbox: boolean;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-lost-'));
  const plan = await resolveKernel(parseKernelRequest('with'), architecture, silent);
  image = (await buildKernel(plan, silent)).image;
  programs = await buildGuestPrograms(architecture, silent);
  sandbox = (await findEmulator(architecture)).sandbox;
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(kernel: Buffer | string, changes: { guest?: GuestPrograms } = {}): Promise<CellEvidence> {
  const kernelImage = typeof kernel === 'string' ? kernel : path.join(folder, 'image');
  if (typeof kernel !== 'string') writeFileSync(kernelImage, kernel);
  return runCell({
    architecture,
    kernelImage,
    programs: changes.guest ?? programs,
    accel: 'tcg',
    sandbox,
    steps: stepsFor(architecture, { clauses: ['4.1'], triggers: ['hw-breakpoint'], mechanisms: ['sigtrap'] }),
    folder: mkdtempSync(path.join(folder, 'run-')),
    progress: () => {},
    patience: { bootSeconds: 20, stepSeconds: 15 },
  });
}

describe('a guest that never comes up', () => {
  test('an image cut in half: the emulator refuses it', async () => {
    const whole = readFileSync(image);
    const ran = await run(whole.subarray(0, whole.length / 2));
    expect(ran).toMatchObject({ machines: 1, boot: { outcome: 'emulator-failed' } });
    expect(ran.boot.seconds).toBeLessThan(20);
    expect(ran.evidence[0]?.ending.kind).toBe('not-started');
  });

  test('an image with a hole in its code: no word within the patience, and not tried again', async () => {
    const holed = Buffer.from(readFileSync(image));
    holed.fill(0, Math.floor(holed.length / 8), Math.floor(holed.length / 4));
    const ran = await run(holed);
    expect(ran.machines).toBe(1);
    expect(['silent', 'looping', 'reset', 'panic']).toContain(ran.boot.outcome);
    expect(ran.boot.seconds).toBeLessThan(40);
  });

  test('no init in the initramfs: a panic, with its line', async () => {
    const ran = await run(image, { guest: { ...programs, files: [] } });
    expect(ran.boot).toMatchObject({ outcome: 'panic', detail: expect.stringContaining('Kernel panic') });
  });
});

test('a healthy kernel in the same way', async () => {
  const ran = await run(image);
  expect(ran).toMatchObject({ machines: 1, boot: { outcome: 'booted' } });
  expect(ran.evidence[0]?.ending.kind).toBe('exited');
});
