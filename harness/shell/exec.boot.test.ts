// SPDX-License-Identifier: MIT
// A real guest's channel, whatever else there is in the machine.
import { expect, test } from 'vitest';
import { findArchitecture } from '../arch/index.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { buildKernel, parseKernelRequest, resolveKernel } from '../kernel/index.ts';
import { findEmulator } from '../machine/emulator.ts';
import { silent } from '../outcome/events.ts';
import { execInGuest } from './exec.ts';

test('is found among other virtio devices: the kernel may number those first', async () => {
  const known = findArchitecture('x86_64');
  const { qemu } = known;
  // One at either end: some machines count upwards, others downwards.
  const channelDevices = ['virtio-rng-device', ...qemu.channelDevices, 'virtio-rng-device'];
  const architecture = { ...known, qemu: { ...qemu, channelDevices } };
  const plan = await resolveKernel(parseKernelRequest('with'), known, silent);
  const said: Buffer[] = [];
  const ended = await execInGuest({
    architecture,
    kernelImage: (await buildKernel(plan, silent)).image,
    programs: await buildGuestPrograms(known, silent),
    accel: 'tcg',
    sandbox: (await findEmulator(known)).sandbox,
    command: ['/probe'],
    files: [],
    stdout: () => undefined,
    stderr: (bytes) => {
      said.push(bytes);
      return undefined;
    },
  });
  expect(ended).toMatchObject({ kind: 'exited', status: 2 });
  expect(Buffer.concat(said).toString()).toContain('usage: probe');
});
