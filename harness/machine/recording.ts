// SPDX-License-Identifier: MIT
// Deterministic execution: QEMU counts instructions, and writes down (or reads) all that comes into the guest from
// outside, so that every later boot is the same to the instruction. QEMU's docs/devel/replay.rst.
import { existsSync } from 'node:fs';
import type { Architecture } from '../arch/record.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { runCommand } from '../process/command.ts';

export interface Execution {
  readonly mode: 'record' | 'replay';
  /** What came from outside, and when: `recording.bin`. */
  readonly file: string;
  /** A qcow2 file that is no disk of the guest: it holds the state of the first instruction, from which one can go backwards. */
  readonly snapshot: string;
}

const SNAPSHOT = 'start';
/** The option is of QEMU, so that it holds for every machine. */
const COUNTING = '-icount';
/** Of the snapshot's file, not of its content: a guest's memory and devices, of which most is empty. */
const SNAPSHOT_SIZE = '4G';

/** A record's own options, without those that an execution has of its own. */
export function optionsBeside(execution: Execution | undefined, options: readonly string[]): string[] {
  if (!execution) return [...options];
  return options.filter((word, index) => word !== COUNTING && options[index - 1] !== COUNTING);
}

/** QEMU's arguments. A recording is of one CPU: several of them QEMU does not record. */
export function executionArguments({ mode, file, snapshot }: Execution): string[] {
  const counting = `shift=auto,rr=${mode},rrfile=${file},rrsnapshot=${SNAPSHOT}`;
  return [COUNTING, counting, '-drive', `file=${snapshot},if=none,id=snapshot`];
}

/** The architecture on the machine that can be recorded, where the usual one cannot be set back to a snapshot. */
export function withRecordingMachine(architecture: Architecture): Architecture {
  const { recording } = architecture;
  if (!recording) return architecture;
  const { channelPath, ...qemu } = recording;
  return { ...architecture, channelPath, qemu: { ...architecture.qemu, ...qemu } };
}

/**
 * Makes the file for the snapshot of a recording.
 * @throws Failure `missing-tool`, `recording-failed`
 */
export async function prepareRecording({ snapshot }: Execution): Promise<void> {
  if (existsSync(snapshot)) return;
  const made = await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', snapshot, SNAPSHOT_SIZE]);
  if (made.exitCode === 0) return;
  throw infrastructureFailure('recording-failed', `${snapshot} cannot be made: ${made.tail.trim()}`, 'Is there room?');
}
