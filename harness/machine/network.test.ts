// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { architectures, findArchitecture } from '../arch/index.ts';
import { networkArguments, portIn } from './network.ts';

test('the port is the one that QEMU says it listens on', () => {
  const said = [
    'Hub -1 (network):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    '  TCP[ESTABLISHED]   9       127.0.0.1 50000       10.0.2.15    22     0     0',
    '  TCP[HOST_FORWARD]   3       127.0.0.1 44967       10.0.2.15    22     0     0',
  ].join('\r\n');
  expect(portIn(said)).toBe(44967);
  expect(portIn('')).toBeUndefined();
});

test('a card lies on the bus of the channel, and nothing leads out', () => {
  const card = (name: string) => networkArguments(findArchitecture(name)).at(-1);
  expect(card('x86_64')).toBe('virtio-net-device,netdev=network');
  expect(card('sparc64')).toBe('virtio-net-pci,bus=pciB,romfile=,netdev=network');
  for (const architecture of architectures.filter(({ qemu }) => !qemu.channelSerial)) {
    const [, user] = networkArguments(architecture);
    expect(user).toMatch(/restrict=on,hostfwd=tcp:127\.0\.0\.1:0-:22$/);
  }
  const x86 = findArchitecture('x86_64');
  expect(() => networkArguments({ ...x86, qemu: { ...x86.qemu, channelDevices: [] } })).toThrow(/no network card/);
});
