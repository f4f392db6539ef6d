// SPDX-License-Identifier: MIT
// Typing no faster than a serial port takes it: some of QEMU's take what their queue holds, and then nothing any more.
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds in which a guest, even a slow one, has emptied its port's queue. */
const PAUSE_MS = 20;

/**
 * Hands bytes on in their order, no more than so many at once.
 * @returns settled when the last of these has been written
 */
export function pacedWriter(
  write: (bytes: Uint8Array) => void,
  atOnce: number,
  pauseMs = PAUSE_MS,
): (bytes: Uint8Array) => Promise<void> {
  let before = Promise.resolve();
  return (bytes) => {
    before = before.then(async () => {
      for (let from = 0; from < bytes.length; from += atOnce) {
        write(bytes.subarray(from, from + atOnce));
        await sleep(pauseMs);
      }
    });
    return before;
  };
}
