// SPDX-License-Identifier: MIT
// A guest to sit in, before it boots: its archive, and the bare command.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../arch/record.ts';
import { type CpioEntry, cpio } from '../initramfs/cpio.ts';
import { type GuestPrograms, readPrograms } from '../initramfs/guest-programs.ts';
import { packInitramfs } from '../initramfs/initramfs.ts';
import { qemuCommand } from '../machine/argv.ts';
import type { EventSink } from '../outcome/events.ts';
import type { BuiltTool } from '../tools/build.ts';
import { shellRoot } from '../tools/root.ts';
import { memoryForBytes } from './exec.ts';
import type { LostGuest } from './lost.ts';
import type { Ends, Size } from './terminal.ts';

export interface ShellGuest {
  readonly architecture: Architecture;
  /** Shown in its prompt, e.g. `sparc64/with`. */
  readonly name: string;
  readonly kernelImage: string;
  readonly programs: GuestPrograms;
  /** Probes of another state of guest/, in the place of those of `programs`; their init may know no shell. */
  readonly probes?: GuestPrograms | undefined;
  readonly tools: readonly BuiltTool[];
  /** Debian's packages as an archive (tools/packages.ts). */
  readonly packages?: Buffer | undefined;
  readonly accel: 'tcg' | 'kvm';
  readonly sandbox: boolean;
  readonly cpus?: number | undefined;
}

export interface ShellOptions {
  readonly terminal: Ends;
  /** An existing folder, for the archive that is booted and the console. */
  readonly folder: string;
  readonly consoleFile?: string | undefined;
  /** Told to whoever sits there, before the first prompt. */
  readonly greeting: (release: string) => string;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

export type ShellEnd =
  /** The shell ended, or the guest was shut down from inside. */
  | { readonly kind: 'ended' }
  /** By the key, or since the terminal is gone. */
  | { readonly kind: 'left' | 'closed' }
  | ({ readonly kind: 'lost' } & LostGuest);

export interface Way {
  /** Line of the plan, and program and arguments where that is `exec` (guest/init/init.c). */
  readonly plan: string;
  readonly exec?: readonly string[];
  /** What else the guest gets. It may be secret: the archive lies in the folder given, not in the cache. */
  readonly entries?: readonly CpioEntry[];
  readonly network?: boolean;
}

const otherProbes = ({ probes }: ShellGuest): CpioEntry[] =>
  (probes ? readPrograms(probes) : [])
    .filter(({ name }) => name !== 'init')
    .map(({ name, content }) => ({ kind: 'file', path: name, content, mode: 0o755 }));

/** Writes the archive into a folder. @returns the bare command that boots it */
export function shellCommand(guest: ShellGuest, way: Way, folder: string): string[] {
  const base = packInitramfs({
    programs: guest.programs,
    plan: [way.plan],
    ...(way.exec === undefined ? {} : { exec: way.exec }),
  });
  // The kernel unpacks one archive after the other.
  const added = [
    cpio([...shellRoot(guest.tools, guest.name), ...otherProbes(guest), ...(way.entries ?? [])]),
    guest.packages ?? Buffer.alloc(0),
  ];
  const initrd = path.join(folder, 'initramfs.cpio');
  writeFileSync(initrd, Buffer.concat([readFileSync(base.path), ...added]), { mode: 0o600 });
  return qemuCommand(guest.architecture, {
    kernel: guest.kernelImage,
    initrd,
    accel: guest.accel,
    sandbox: guest.sandbox,
    cpus: guest.cpus,
    memoryMegabytes: memoryForBytes(
      guest.architecture,
      added.reduce((sum, layer) => sum + layer.length, 0),
    ),
    interactive: true,
    network: way.network ?? false,
  });
}

/** Once more when the kernel did not come up: on a busy host it may give up on its timer. Nobody has sat in it yet. */
export async function orSecondBoot(sink: EventSink, boot: () => Promise<ShellEnd>): Promise<ShellEnd> {
  const first = await boot();
  if (first.kind !== 'lost' || first.booted) return first;
  const { outcome, detail } = first.end;
  if (outcome === 'stopped' || outcome === 'emulator-failed') return first;
  sink({ type: 'notice', level: 'warning', message: `the guest did not come up (${outcome}: ${detail}): once more` });
  return boot();
}

/** What a terminal is called and how large it is, for the guest. */
export const terminalName = (): string => process.env.TERM ?? 'vt100';
export const sizeLine = (word: string, { rows, columns }: Size): string => `${word} ${rows} ${columns}`;
