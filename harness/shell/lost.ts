// SPDX-License-Identifier: MIT
// A guest whose end nobody asked for, and what its console said.
import { readFileSync, statSync } from 'node:fs';
import type { MachineEnd } from '../machine/machine.ts';

export interface LostGuest {
  /** init has said its first word. */
  readonly booted: boolean;
  readonly end: MachineEnd;
  /** For whoever asks why it is gone. */
  readonly consoleTail: string;
}

/** What a console's file holds. A pipe or a device, which the user may have named, has handed it on and keeps nothing. */
export const keptConsole = (file: string): string => (statSync(file).isFile() ? readFileSync(file, 'utf8') : '');

const TAIL_LINES = 30;

/** The end of a console, which ends its lines as a terminal wants them. */
export const consoleTail = (console: string): string => console.trimEnd().split(/\r*\n/).slice(-TAIL_LINES).join('\n');
