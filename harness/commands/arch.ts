// SPDX-License-Identifier: MIT
// arch: what each architecture has, and what it is run with.
import { architectures, unavailable } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { guestCompiler, guestFolder } from '../initramfs/guest-programs.ts';
import { DEFAULT_TREE, kernelTools } from '../kernel/index.ts';
import { print } from './session.ts';

function slots({ profile }: Architecture): string {
  const { data, execute, shared } = profile.slots;
  if (data + execute === 0) return 'none in Linux (perf says ENOENT)';
  return shared ? `${data}, for data or execution` : `${data} data, ${execute} execute`;
}

function dataTrap({ dataTrap, debuggerDataTrap }: Architecture['profile']): string {
  const ofDebugger = debuggerDataTrap ? `, of a debugger ${debuggerDataTrap} it` : '';
  return `${dataTrap} the access takes effect${ofDebugger}`;
}

function lengths(all: readonly number[]): string {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return '–';
  return all.length > 8 && last - first === all.length - 1 ? `${first}–${last}` : all.join(', ');
}

function nextProgramCounter(architecture: Architecture): string {
  if (!architecture.nextProgramCounter) return 'no';
  const windows = BigInt(architecture.profile.registerSite.window) === 0n ? '' : ', 6.8';
  return `yes: delay slots, clauses 4.6–4.9, 5.7–5.9${windows}`;
}

function describe(architecture: Architecture): string {
  const { profile, qemu, toolchain } = architecture;
  const native = toolchain.llvm === undefined && toolchain.nativeOn.includes(process.arch);
  const rows: [string, string][] = [
    ['debug registers', slots(architecture)],
    ['types', profile.types.join(', ') || '–'],
    ['data lengths', lengths(profile.dataLengths)],
    ['data trap', profile.types.length > 0 ? dataTrap(profile) : '–'],
    ['next PC', nextProgramCounter(architecture)],
    ['triggers', architecture.triggers.join(', ')],
    [
      'emulator',
      `${qemu.binary}${qemu.oldest ? ` ${qemu.oldest} or later` : ''} -machine ${qemu.machineName} -cpu ${qemu.cpu}, ${qemu.cpus} CPU${qemu.cpus > 1 ? 's' : ''}`,
    ],
    [
      'kernel',
      `Linux ${[architecture.kernel.tree ?? DEFAULT_TREE, ...(architecture.kernel.patches ?? [])].join('+')}, ARCH=${architecture.kernel.arch}, ${architecture.kernel.image}, kernel-config/arch/${architecture.kernel.fragment}.config`,
    ],
    ['compiler', native ? 'gcc (the host’s)' : kernelTools(architecture).compiler],
    ['guest programs', `${guestCompiler(architecture)}, guest/arch/${guestFolder(architecture)}`],
    [
      'packages',
      [...new Set([...toolchain.packages, ...(toolchain.programs?.packages ?? []), qemu.package])].join(' '),
    ],
    ...[toolchain.compiler, toolchain.library].flatMap((set): [string, string][] =>
      set ? [['unpacked', `${set.packages.join(' ')} of ${set.suite}`]] : [],
    ),
    ['source', profile.source],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(17)}${value}`);
  return [`${architecture.name} · ${architecture.title}`, ...lines].join('\n');
}

export function arch(): void {
  const missing = unavailable.map(({ name, title, reason }) => `${name} · ${title}\n  not to be had: ${reason}`);
  print([...architectures.map(describe), ...missing].join('\n\n'));
}
