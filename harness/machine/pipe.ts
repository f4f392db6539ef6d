// SPDX-License-Identifier: MIT
// A pipe whose writing end is nothing but that. What Node gives a child as a pipe is a socket open for both
// directions, and QEMU takes a descriptor out of an fd set only if its access mode is the one it wants.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { makeScratch } from '../store/temporary.ts';

export interface OneWayPipe {
  /** To be handed to the child, then closed with `closeWriting`. */
  readonly writing: number;
  readonly reading: Socket;
  closeWriting(): void;
}

/** A pipe of the kernel's; its name exists for an instant only. */
export function oneWayPipe(): OneWayPipe {
  const folder = makeScratch();
  try {
    const name = path.join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', name]);
    // Not blocking: the opening of either end waits for the other otherwise.
    const reading = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const writing = openSync(name, constants.O_WRONLY);
    return {
      writing,
      reading: new Socket({ fd: reading, readable: true, writable: false }),
      closeWriting: () => closeSync(writing),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
