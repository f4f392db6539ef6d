// SPDX-License-Identifier: MIT
// A guest that was lost while a program of the user's ran in it, or while somebody sat in it: what is said of it.
import type { MachineEnd } from '../machine/machine.ts';
import { EXIT, infrastructureFailure } from '../outcome/failure.ts';
import { visible } from '../outcome/visible.ts';

/** Statuses of the tool itself, apart from what programs usually end with. */
const PANIC = 121;
const LOST = 122;

/** Tells it on stderr, with the console's end. @returns the exit status. @throws Failure `emulator-failed` */
export function lostGuestStatus({ outcome, detail }: MachineEnd, consoleTail: string): number {
  if (outcome === 'stopped') return EXIT.interrupted;
  for (const line of consoleTail.split('\n').filter(Boolean)) process.stderr.write(`${visible(line)}\n`);
  if (outcome === 'panic') {
    process.stderr.write(`trapline: the guest's kernel panicked: ${visible(detail)}\n`);
    return PANIC;
  }
  if (outcome === 'emulator-failed') {
    throw infrastructureFailure(
      'emulator-failed',
      detail,
      'Is the kernel image whole? --console FILE keeps what it printed',
    );
  }
  process.stderr.write(`trapline: the guest was lost (${outcome}): ${visible(detail)}\n`);
  return LOST;
}
