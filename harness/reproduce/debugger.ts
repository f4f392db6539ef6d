// SPDX-License-Identifier: MIT
// A probe's guest under gdb: stopped before its first instruction, with breakpoints where a SIGTRAP is raised and left.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEBUGGER, installCommand } from '../doctor/index.ts';
import { packInitramfs } from '../initramfs/initramfs.ts';
import { qemuCommand } from '../machine/argv.ts';
import { startUnmonitored } from '../machine/emulator-process.ts';
import { Machine, SITTING_SECONDS } from '../machine/machine.ts';
import { infrastructureFailure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { demand } from '../process/requirements.ts';
import { shellWord } from '../process/shell-word.ts';
import { answerSignals } from '../process/signals.ts';
import { executionIn } from '../run/folder.ts';
import { planLine } from '../run/plan.ts';
import { backwardsCommands } from './backwards.ts';
import type { Restored } from './reproduce.ts';
import { STOPS } from './stops.ts';

/** Between two looks for QEMU's socket. */
const SOCKET_SECONDS = 0.05;

/** Seconds that gdb has to end after it was asked to. */
const GRACE_SECONDS = 2;

/** gdb's commands. */
function commandsOf(socket: string, probe: string, back: string): string {
  return `set pagination off
set confirm off
target remote ${socket}
define trapline-registers
monitor info registers -a
end
document trapline-registers
Every register that QEMU knows of: both PCs where there are two, and the debug registers where QEMU shows them.
end
define trapline-probe
add-symbol-file ${probe}
end
document trapline-probe
Adds the symbols of the probes; where programs and the kernel have the same addresses they hide the kernel's.
end
${STOPS}echo \\ntrapline: the guest stands before its first instruction; "continue" boots it and runs the probe\\n
echo trapline: "help user-defined" lists trapline's own commands\\n
${back}`;
}

/** Waits until QEMU listens for gdb. @throws Failure `emulator-failed` when it ends instead */
async function listening(socket: string, machine: Machine): Promise<void> {
  const over = machine.ended.then(({ detail }) => detail);
  // Whoever waits for the machine's end is told as well: here it counts only while the socket is not there.
  over.catch(() => {});
  while (!existsSync(socket)) {
    const detail = await Promise.race([over, sleep(SOCKET_SECONDS * 1000)]);
    if (detail !== undefined) throw infrastructureFailure('emulator-failed', detail, 'Is the kernel image whole?');
  }
}

/** A recording that is run again, and where the probe's trigger is in it. */
export interface DebuggedRecording {
  readonly folder: string;
  readonly trigger: string | undefined;
}

/**
 * Starts the guest of one probe and gdb, which has the terminal until it ends; then the guest is ended too.
 * @param folder where console, channel's socket and gdb's commands go
 * @throws Failure `missing-tool`, `gdb-failed`, `interrupted`
 */
export async function debug(restored: Restored, folder: string, recording?: DebuggedRecording): Promise<void> {
  await demand([DEBUGGER], DEBUGGER.purpose, installCommand([DEBUGGER.package]));
  const { architecture, kernel, programs, step } = restored;
  const initramfs = packInitramfs({ programs, plan: [planLine(step)] });
  // A path of its own instead of a port: nobody else can take it, or connect to it.
  const socket = path.join(folder, 'gdb.socket');
  const execution =
    recording && executionIn({ mode: 'replay', folder: path.resolve(recording.folder) }, architecture, 1);
  const back = execution?.snapshot !== undefined;
  const monitor = path.join(folder, 'monitor.socket');
  const command = [
    ...qemuCommand(architecture, {
      kernel: kernel.image,
      initrd: initramfs.path,
      accel: restored.accel,
      sandbox: restored.emulator.sandbox,
      execution,
    }),
    '-S',
    '-gdb',
    `unix:${socket},server=on,wait=off`,
    ...(back ? ['-qmp', `unix:${monitor},server=on,wait=off`] : []),
  ];
  const script = path.join(folder, 'commands.gdb');
  writeFileSync(
    script,
    commandsOf(
      socket,
      path.join(programs.directory, 'probe'),
      back ? backwardsCommands(monitor, recording?.trigger) : '',
    ),
  );
  const consoleFile = path.join(folder, 'console.log');
  const machine = new Machine(
    { command, consoleFile, start: execution ? startUnmonitored : undefined },
    { onChannel: () => true, patience: () => SITTING_SECONDS, finished: () => false },
  );
  await listening(socket, machine);
  process.stderr.write(`the guest's console: tail -f ${shellWord(consoleFile)}\n`);
  const gdb = spawn(DEBUGGER.tool, ['-q', '-nx', '-x', script, kernel.vmlinux], { stdio: 'inherit' });
  let ended = false;
  // gdb may have the end of the terminal by itself, and that of a signal for us alone it has not.
  const end = () => {
    ended = true;
    gdb.kill('SIGTERM');
    setTimeout(() => gdb.kill('SIGKILL'), GRACE_SECONDS * 1000).unref();
  };
  // Ctrl-C stops the guest for gdb, which gets the signal by itself: it is not ours.
  const noMoreSignals = answerSignals((signal) => signal === 'SIGINT' || end());
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      gdb.on('error', reject);
      gdb.on('exit', resolve);
    });
    if (ended) throw interrupted(DEBUGGER.tool);
    if (status !== 0) {
      throw infrastructureFailure(
        'gdb-failed',
        `${DEBUGGER.tool} ended with status ${status}`,
        'What it said is above',
      );
    }
  } finally {
    noMoreSignals();
    machine.stop('stopped', 'gdb has ended');
    await machine.ended;
  }
}
