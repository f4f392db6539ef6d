// SPDX-License-Identifier: MIT
// A guest that was lost while a program of the user's ran in it, or while somebody sat in it: what is said of it.
import { EXIT, infrastructureFailure } from '../outcome/failure.ts';
import { visible } from '../outcome/visible.ts';
import type { LostGuest } from '../shell/lost.ts';

/** Statuses of the tool itself, apart from what programs usually end with. */
const PANIC = 121;
const LOST = 122;

/**
 * Tells it on stderr, with the console's end. @returns the exit status
 * @throws Failure `emulator-failed` when there was no guest yet: then it is emulator or image, and not the guest
 */
export function lostGuestStatus({ booted, end: { outcome, detail }, consoleTail }: LostGuest): number {
  if (outcome === 'stopped') return EXIT.interrupted;
  for (const line of consoleTail.split('\n').filter(Boolean)) process.stderr.write(`${visible(line)}\n`);
  if (outcome === 'panic') {
    process.stderr.write(`trapline: the guest's kernel panicked: ${visible(detail)}\n`);
    return PANIC;
  }
  if (outcome === 'emulator-failed' && !booted) {
    throw infrastructureFailure(
      'emulator-failed',
      detail,
      'Is the kernel image whole? --console FILE keeps what it printed',
    );
  }
  process.stderr.write(`trapline: the guest was lost (${outcome}): ${visible(detail)}\n`);
  return LOST;
}
