// SPDX-License-Identifier: MIT
// A probe's guest recorded, and run again to the instruction: `reproduce --record` and `--replay`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { installCommand, SNAPSHOTS } from '../doctor/index.ts';
import type { Evidence } from '../judge/observation.ts';
import { withRecordingMachine } from '../machine/recording.ts';
import { infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { makeRunFolder } from '../run/folder.ts';
import { observationsFile, textIfThere } from '../run/observations.ts';
import { replay } from '../run/replay.ts';
import { readJson } from '../store/hash.ts';
import { removeTree } from '../store/temporary.ts';
import type { Difference } from './difference.ts';
import { differences } from './differences.ts';
import type { RecordedResult } from './recorded.ts';
import { type Restored, type Try, tryAgain } from './reproduce.ts';

/** What a recording is of: it runs with nothing else. */
const noteSchema = z.object({
  format: z.literal(1),
  arch: z.string(),
  clause: z.string(),
  trigger: z.string(),
  mechanism: z.string(),
  kernel: z.string(),
  guest: z.string(),
  emulator: z.string(),
});
type Note = z.infer<typeof noteSchema>;

const noteFile = (folder: string): string => path.join(folder, 'recording.json');

const noteOf = ({ cell, clause, result }: RecordedResult, { kernel, programs, emulator }: Restored): Note => ({
  format: 1,
  arch: cell.arch,
  clause: clause.id,
  trigger: result.trigger,
  mechanism: result.mechanism,
  kernel: kernel.fingerprint,
  guest: programs.fingerprint,
  emulator: `QEMU ${emulator.version}`,
});

/** What of a result is recorded: it runs on the machine that can be, and is emulated. @throws Failure `emulator-elsewhere` */
export function forRecording(restored: Restored): Restored {
  if (restored.emulator.image !== undefined) {
    throw requestFailure(
      'emulator-elsewhere',
      `the run had its emulator in a container (${restored.emulator.image}), and recordings are made on this machine`,
      '--qemu DIR names a QEMU of this machine; for the one installed: --qemu /usr/bin',
    );
  }
  return { ...restored, architecture: withRecordingMachine(restored.architecture), accel: 'tcg' };
}

/** Did the guest end before its probe did? */
const wasLost = ({ ending }: Evidence): boolean => ending.kind === 'guest-lost' || ending.kind === 'not-started';

const lossOf = ({ ending }: Evidence): string => {
  if (ending.kind === 'guest-lost') return `${ending.how}: ${ending.detail}`;
  return ending.kind === 'not-started' ? ending.reason : '';
};

/**
 * Boots the result's guest and records it in a folder that is made.
 * @param restored as `forRecording` gives it
 * @throws Failure `missing-tool`, `results-folder-exists`, `recording-failed`, `interrupted`
 */
export async function record(
  folder: string,
  recorded: RecordedResult,
  restored: Restored,
  progress: (detail: string) => void,
  signal: AbortSignal,
): Promise<Try> {
  await demand([SNAPSHOTS], SNAPSHOTS.purpose, installCommand([SNAPSHOTS.package]));
  makeRunFolder(folder, new Date(), '--record');
  const recording = { mode: 'record', folder: path.resolve(folder) } as const;
  const seen = await tryAgain(recorded, restored, folder, progress, signal, recording);
  if (signal.aborted) {
    // Without its end it can never be run again, and it would be in the way of the next.
    await removeTree(recording.folder);
    throw interrupted('the recording');
  }
  if (wasLost(seen.evidence) && !wasLost(recorded.evidence)) {
    const { machineName } = restored.architecture.qemu;
    throw infrastructureFailure(
      'recording-failed',
      `QEMU ${restored.emulator.version} cannot record its machine ${machineName}: ${lossOf(seen.evidence)}`,
      'Another QEMU may: --qemu DIR',
    );
  }
  writeFileSync(noteFile(folder), `${JSON.stringify(noteOf(recorded, restored), null, 2)}\n`);
  return seen;
}

/** What the recording in the folder is of. @throws Failure `no-such-recording` */
export function readNote(folder: string): Note {
  const file = noteFile(folder);
  if (!existsSync(file)) {
    throw requestFailure(
      'no-such-recording',
      `${folder} holds no recording: it has no recording.json`,
      'Make one: ./trapline reproduce RUN CLAUSE --record FOLDER',
    );
  }
  const note = noteSchema.safeParse(readJson(file));
  if (!note.success) {
    throw requestFailure('no-such-recording', `${file} is not trapline's`, 'Record it again: --record FOLDER');
  }
  return note.data;
}

/**
 * Is the recording in the folder one of this result?
 * @throws Failure `no-such-recording`, `recording-of-another`
 */
export function demandRecording(folder: string, recorded: RecordedResult, restored: Restored): void {
  const note = readNote(folder);
  const wanted = noteOf(recorded, restored);
  const other = (Object.keys(wanted) as (keyof Note)[]).find((key) => wanted[key] !== note[key]);
  if (other === undefined) return;
  throw requestFailure(
    'recording-of-another',
    `${folder} is a recording of another ${other}: ${note[other]}, not ${wanted[other]}`,
    'A recording runs only with all that it was made with; record it again: --record FOLDER',
  );
}

export interface Replay {
  /** All differences from the recording, processes and times among them: there must be none. */
  readonly differences: readonly Difference[];
  /** Are the consoles the same bytes? */
  readonly sameConsole: boolean;
}

const consoleOf = (folder: string): Buffer => readFileSync(path.join(folder, 'console.log'));

/** Runs a recording, and compares every value. @param into a folder for what this boot leaves @throws as `demandRecording`; `replay-failed`, `replay-stood-still`, `interrupted` */
export async function replayRecording(
  folder: string,
  into: string,
  recorded: RecordedResult,
  restored: Restored,
  progress: (detail: string) => void,
  signal: AbortSignal,
): Promise<Replay> {
  demandRecording(folder, recorded, restored);
  const recording = { mode: 'replay', folder: path.resolve(folder) } as const;
  const { evidence } = await tryAgain(recorded, restored, into, progress, signal, recording);
  if (signal.aborted) throw interrupted('the replay');
  const { clause, trigger, mechanism } = evidence;
  const then = replay(textIfThere(observationsFile(folder)) ?? '').evidence.find(
    (one) => one.clause === clause && one.trigger === trigger && one.mechanism === mechanism,
  );
  if (!then) {
    throw infrastructureFailure('replay-failed', `${folder} has no observations of ${clause}`, 'Record it again');
  }
  if (wasLost(evidence) && !wasLost(then)) {
    const { machineName } = restored.architecture.qemu;
    throw infrastructureFailure(
      'replay-stood-still',
      `QEMU ${restored.emulator.version} cannot replay this recording of its machine ${machineName}: the guest was lost (${lossOf(evidence)}), and had not been`,
      'Another QEMU may: --qemu DIR, with which it has to be recorded too',
    );
  }
  return { differences: differences(then, evidence), sameConsole: consoleOf(folder).equals(consoleOf(into)) };
}
