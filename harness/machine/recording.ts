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
  /**
   * A qcow2 file that is no disk of the guest: it holds the state of the first instruction, from which one can go
   * backwards. Undefined where a snapshot would be loaded in vain: see canGoBack.
   */
  readonly snapshot: string | undefined;
}

const SNAPSHOT = 'start';
/** The option is of QEMU, so that it holds for every machine. */
const COUNTING = '-icount';
/** The guest's time goes by its instructions: every look at the host's clock would be one more thing to record. */
const CLOCK = ['-rtc', 'clock=vm,base=2026-01-01'];
/** Of the snapshot's file, not of its content: a guest's memory and devices, of which most is empty. */
const SNAPSHOT_SIZE = '4G';

/** A record's own options, without those that an execution has of its own. */
export function optionsBeside(execution: Execution | undefined, options: readonly string[]): string[] {
  if (!execution) return [...options];
  return options.filter((word, index) => word !== COUNTING && options[index - 1] !== COUNTING);
}

/** QEMU's arguments. A recording is of one CPU: several of them QEMU does not record. */
export function executionArguments({ mode, file, snapshot }: Execution): string[] {
  const counting = `shift=auto,rr=${mode},rrfile=${file}`;
  if (snapshot === undefined) return [...CLOCK, COUNTING, counting];
  const drive = ['-drive', `file=${snapshot},if=none,id=snapshot`];
  return [...CLOCK, COUNTING, `${counting},rrsnapshot=${SNAPSHOT}`, ...drive];
}

/**
 * Can a recording be set back to its snapshot? Not where the channel is a virtio port: loading one sets a timer that
 * the recording knows nothing of (virtio_serial_load() in hw/char/virtio-serial-bus.c), and the replay stands still.
 */
export const canGoBack = ({ qemu }: Architecture): boolean => qemu.channelSerial ?? false;

/** The architecture on the machine that can be recorded, where the usual one cannot be gone through backwards. */
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
  if (snapshot === undefined || existsSync(snapshot)) return;
  const made = await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', snapshot, SNAPSHOT_SIZE]);
  if (made.exitCode === 0) return;
  throw infrastructureFailure('recording-failed', `${snapshot} cannot be made: ${made.tail.trim()}`, 'Is there room?');
}
