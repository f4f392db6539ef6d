// SPDX-License-Identifier: MIT
// A network card for a guest: nothing goes out, and the guest's ssh server is reached by one port of 127.0.0.1.
import type { Architecture } from '../arch/record.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import type { InteractiveProcess } from './emulator-process.ts';

/** The card lies on the bus on which the channel's virtio device lies; undefined for a machine without virtio. */
function card({ qemu }: Architecture): string | undefined {
  const serial = qemu.channelDevices.find((device) => device.startsWith('virtio-serial'));
  const device = serial?.replace(/^virtio-serial/, 'virtio-net');
  // Cards on PCI bring a program to boot from the network by, which nobody wants and Debian has in another package.
  return device?.startsWith('virtio-net-pci') ? `${device},romfile=` : device;
}

/** @throws Failure `no-network-card` */
export function networkArguments(architecture: Architecture): string[] {
  const device = card(architecture);
  if (device === undefined) {
    throw requestFailure(
      'no-network-card',
      `the machine of ${architecture.name} has no network card that its kernels know`,
      'Leave --ssh out: the shell is on the console then',
    );
  }
  return [
    '-netdev',
    // Port 0: the kernel chooses a free one, which nobody else can take in between.
    'user,id=network,ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:0-:22',
    '-device',
    `${device},netdev=network`,
  ];
}

/** The port in what QEMU's monitor says to `info usernet`. */
export const portIn = (said: string): number | undefined => {
  const port = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s/.exec(said)?.[1];
  return port === undefined ? undefined : Number(port);
};

/** The port of 127.0.0.1 that leads to the guest's port 22. @throws Failure `no-network-card` */
export async function forwardedPort(emulator: InteractiveProcess): Promise<number> {
  const port = portIn((await emulator.monitor('info usernet')) ?? '');
  if (port !== undefined) return port;
  throw infrastructureFailure(
    'no-network-card',
    'QEMU does not say by which port the guest is reached',
    'Was this QEMU built without user networking (slirp)? Debian’s are built with it',
  );
}
