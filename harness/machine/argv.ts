// SPDX-License-Identifier: MIT
// The emulator's command line. Each part is a small value that knows its arguments; together they are the
// bare command that anyone can run again: `qemu.argv` in a run's folder holds just this.
import type { Architecture } from '../arch/record.ts';
import { shellWord } from '../process/shell-word.ts';
import { networkArguments } from './network.ts';
import { type Execution, executionArguments, optionsBeside } from './recording.ts';

export interface MachineRequest {
  readonly kernel: string;
  readonly initrd: string;
  readonly accel: 'tcg' | 'kvm';
  /** Does this QEMU know -sandbox? */
  readonly sandbox: boolean;
  /** CPUs; the record's by default. */
  readonly cpus?: number | undefined;
  /** Megabytes; the record's by default. */
  readonly memoryMegabytes?: number;
  /** The channel goes both ways: it is a socket then, which startInteractive hands on (emulator-process.ts). */
  readonly interactive?: boolean;
  /** A network card, behind which there is one way in: a port of this machine's own address (network.ts). */
  readonly network?: boolean;
  /** It is recorded, or it is a recording that is run. */
  readonly execution?: Execution | undefined;
}

/** Descriptor of QEMU on which the channel's bytes come out: `3>FILE` in a shell. */
export const CHANNEL_DESCRIPTOR = 3;

const quiet = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'];

// A guest has no business with other programs or users of the host: QEMU's seccomp filter.
const sandbox = ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'];

const console = ['-serial', 'stdio'];

function channel(architecture: Architecture, interactive: boolean): string[] {
  // append: QEMU would truncate what it opens otherwise, which a pipe refuses.
  const oneWay = [
    '-add-fd',
    `fd=${CHANNEL_DESCRIPTOR},set=1`,
    '-chardev',
    'file,id=channel,path=/dev/fdset/1,append=on',
  ];
  return [
    ...(interactive ? ['-chardev', `socket,id=channel,fd=${CHANNEL_DESCRIPTOR}`] : oneWay),
    ...(architecture.qemu.channelSerial ? ['-serial', 'chardev:channel'] : []),
    ...architecture.qemu.channelDevices.flatMap((device) => ['-device', device]),
  ];
}

/** Kernel arguments. panic=-1 restarts at once, which -no-reboot makes the end of QEMU. */
export function kernelArguments(architecture: Architecture): string {
  return [
    architecture.qemu.append,
    'panic=-1',
    // Warnings and worse reach the console; what a healthy boot says does not: printing costs time under TCG.
    'loglevel=5',
    // init marks every step there (guest/init/step.c), and the kernel would drop what it takes for too much of it.
    'printk.devkmsg=on',
    `trapline_channel=${architecture.channelPath}`,
    `trapline_ending=${architecture.qemu.ending}`,
  ].join(' ');
}

/** The whole command, program first. */
export function qemuCommand(architecture: Architecture, request: MachineRequest): string[] {
  const { qemu } = architecture;
  return [
    qemu.binary,
    ...quiet,
    ...optionsBeside(request.execution, qemu.options ?? []),
    ...(request.sandbox ? sandbox : []),
    '-machine',
    qemu.machine,
    '-accel',
    request.accel,
    '-cpu',
    request.accel === 'kvm' ? 'host' : qemu.cpu,
    '-smp',
    String(request.execution ? 1 : (request.cpus ?? qemu.cpus)),
    '-m',
    String(request.memoryMegabytes ?? qemu.memoryMegabytes),
    ...console,
    ...channel(architecture, request.interactive ?? false),
    ...(request.network ? networkArguments(architecture) : []),
    ...(request.execution ? executionArguments(request.execution) : []),
    '-kernel',
    request.kernel,
    '-initrd',
    request.initrd,
    '-append',
    kernelArguments(architecture),
  ];
}

/** One argument a line of a shell command, for `qemu.argv`; stdin is closed since the console is on stdio. */
export function shellCommand(command: readonly string[]): string {
  const quoted = command.map(shellWord);
  return `${quoted.join(' \\\n  ')} \\\n  3>channel.jsonl </dev/null\n`;
}
