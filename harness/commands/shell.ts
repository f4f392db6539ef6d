// SPDX-License-Identifier: MIT
// shell: a guest to sit in, with the everyday tools and the probes.
import path from 'node:path';
import { findArchitecture } from '../arch/index.ts';
import { demandPackages } from '../doctor/index.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { buildKernel, parseKernelRequest, resolveKernel, withConfigs } from '../kernel/index.ts';
import { chooseAccelerator } from '../machine/accelerator.ts';
import { findEmulator, withEmulatorFrom, withNewEmulator } from '../machine/emulator.ts';
import { networkArguments } from '../machine/network.ts';
import { shellOnConsole } from '../shell/shell.ts';
import type { ShellEnd } from '../shell/shell-guest.ts';
import { shellOverSsh } from '../shell/shell-ssh.ts';
import { demandTerminal, ownTerminal } from '../shell/terminal.ts';
import { demandNamedFile, writingNamedFile } from '../store/named-file.ts';
import { withScratch } from '../store/temporary.ts';
import { buildTools } from '../tools/build.ts';
import { packagesArchive } from '../tools/packages.ts';
import { lostGuestStatus } from './lost-guest.ts';
import { withSession } from './session.ts';

export interface ShellOptions {
  arch: string;
  kernel: string;
  config?: string[];
  with?: string[];
  accel: 'auto' | 'tcg' | 'kvm';
  qemu?: string;
  cpus?: number;
  console?: string;
  ssh?: boolean;
  name?: string;
  install?: boolean;
}

/** Fragment of kernel-config/debug/ that a kernel needs for ssh. */
const NETWORK = 'network';

export async function shell(options: ShellOptions): Promise<void> {
  const terminal = ownTerminal();
  demandTerminal(terminal);
  const known = withEmulatorFrom(options.qemu, findArchitecture(options.arch));
  // Before anything is built for it.
  if (options.ssh) networkArguments(known);
  if (options.console !== undefined) demandNamedFile(options.console);
  const configs = [...(options.config ?? []), ...(options.ssh ? [NETWORK] : [])];
  const request = withConfigs(parseKernelRequest(options.kernel), configs);
  const end = await withSession(async ({ signal, sink }): Promise<ShellEnd> => {
    await demandPackages([known], { install: options.install ?? false, build: true }, sink);
    const architecture = await withNewEmulator(known, findEmulator, sink, signal);
    const [emulator, accelerator, programs, plan] = await Promise.all([
      findEmulator(architecture, signal),
      chooseAccelerator(architecture, options.accel, { signal }),
      buildGuestPrograms(architecture, sink, signal),
      resolveKernel(request, architecture, sink, signal),
    ]);
    const packages = options.with && (await packagesArchive(options.with, architecture, sink, signal));
    const tools = await buildTools(architecture, options.ssh ?? false, sink, signal);
    const artifact = await buildKernel(plan, sink, signal);
    const guest = {
      architecture: plan.architecture,
      name: `${architecture.name}/${request.label}`,
      kernelImage: artifact.image,
      programs,
      tools,
      packages,
      accel: accelerator.accel,
      sandbox: emulator.sandbox,
      cpus: options.cpus,
    };
    return withScratch((folder) => {
      const consoleFile = options.console === undefined ? undefined : path.resolve(options.console);
      const how = {
        terminal,
        folder,
        consoleFile,
        greeting: (release: string) =>
          `${guest.name}: Linux ${release}. "probe" runs a probe; "exit" or Ctrl-] ends the guest\n`,
        sink,
        signal,
      };
      const sit = (): Promise<ShellEnd> =>
        options.ssh ? shellOverSsh(guest, { ...how, asked: options.name }) : shellOnConsole(guest, how);
      return consoleFile === undefined ? sit() : writingNamedFile(consoleFile, sit);
    });
  });
  if (end.kind === 'lost') process.exitCode = lostGuestStatus(end);
}
