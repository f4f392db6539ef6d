// SPDX-License-Identifier: MIT
// Figures with everything built: what the harness adds to the bare machines.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { buildGuestPrograms, guestCompiler } from '../initramfs/guest-programs.ts';
import { buildKernel, parseKernelRequest, resolveKernel } from '../kernel/index.ts';
import { shellCommand } from '../machine/argv.ts';
import { findEmulator } from '../machine/emulator.ts';
import { silent } from '../outcome/events.ts';
import { shellWord } from '../process/shell-word.ts';
import { guestCommand, readWorkFiles } from '../run/exec.ts';
import { runBare } from './bare.ts';
import { type Figure, type FigureContext, freshFolder } from './figure.ts';
import { inTurn, mustRun, seconds } from './measure.ts';
import { peakMemory } from './memory.ts';
import { runFigure } from './whole-run.ts';

/** A static program that does nothing, or what the source says. */
async function program(context: FigureContext, architecture: Architecture, source: string): Promise<string> {
  const folder = freshFolder(context, 'program');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'program.c'), source);
  const compile = [guestCompiler(architecture), '-O1', '-static', '-o', 'program', 'program.c'];
  await mustRun(compile, { cwd: folder, signal: context.signal });
  return path.join(folder, 'program');
}

const [main] = architectures;
if (!main) throw new Error('no architectures');

/** The bare command of a guest that runs one static program, by which time a whole boot is there to compare with. */
async function bareProgramRun(architecture: Architecture, file: string, signal: AbortSignal) {
  const [programs, plan, emulator] = await Promise.all([
    buildGuestPrograms(architecture, silent, signal),
    resolveKernel(parseKernelRequest('with'), architecture, silent, signal),
    findEmulator(architecture),
  ]);
  const artifact = await buildKernel(plan, silent, signal);
  const work = readWorkFiles(file, []);
  const command = guestCommand({
    architecture,
    kernelImage: artifact.image,
    programs,
    accel: 'tcg',
    sandbox: emulator.sandbox,
    command: [work.program],
    files: work.files,
  });
  return { name: 'exec', shell: shellCommand(command) };
}

interface BesideBareGuest {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  /** The command of ./trapline, given the program that the bare guest runs. */
  readonly command: (trapline: string, program: string) => readonly string[];
  readonly limit: number;
}

/** A command of ours beside the bare QEMU command of a guest that runs a trivial program. */
const besideBareGuest = ({ name, title, what, command, limit }: BesideBareGuest): Figure => ({
  name,
  title,
  async measure(context) {
    const { trapline, scratch, times, signal } = context;
    const file = await program(context, main, 'int main(void) { return 0; }\n');
    const run = () => mustRun([...command(trapline, file)], { cwd: scratch, signal });
    await run();
    const bare = await bareProgramRun(main, file, signal);
    const [harness = 0, machine = 0] = await inTurn(
      times,
      () => seconds(run),
      async () => (await runBare([bare], scratch, 1, signal)).wall,
    );
    return [
      {
        measured: { what, value: harness },
        against: { what: 'the bare QEMU command of a guest with one program', value: machine },
        unit: 's',
        limit,
      },
    ];
  },
});

const execFigure = besideBareGuest({
  name: 'exec',
  title: `exec of a trivial program on ${main.name}, everything built`,
  what: `./trapline exec --arch ${main.name} -- program`,
  command: (trapline, file) => [trapline, 'exec', '--arch', main.name, '--accel', 'tcg', '--', file],
  limit: 1.3,
});

const promptFigure = besideBareGuest({
  name: 'prompt',
  title: `from ./trapline shell to its prompt on ${main.name}, everything built`,
  what: `./trapline shell --arch ${main.name}, to the prompt and out again`,
  command: (trapline) => {
    const shell = [trapline, 'shell', '--arch', main.name].map(shellWord).join(' ');
    // `script` is the terminal that it asks for; what is typed waits there until the shell reads it, and then it ends.
    return ['sh', '-c', `echo exit | script -qfec ${shellWord(shell)} /dev/null`];
  },
  limit: 2,
});

function commandFigure(name: string, title: string, args: readonly string[], limit: number): Figure {
  return {
    name,
    title,
    async measure({ trapline, scratch, times, signal }) {
      const run = () => mustRun([trapline, ...args], { cwd: scratch, signal });
      await run();
      const [value = 0] = await inTurn(Math.max(times, 5), () => seconds(run));
      return [{ measured: { what: `./trapline ${args.join(' ')}`, value }, unit: 's', limit }];
    },
  };
}

const checkFigure: Figure = {
  name: 'check',
  title: 'the check that a built kernel is still right',
  async measure({ trapline, scratch, times, signal }) {
    const command = ['kernel', 'build', '--arch', main.name, '--kernel', 'with'];
    const whole = () => mustRun([trapline, ...command], { cwd: scratch, signal });
    await whole();
    const check = async () =>
      buildKernel(await resolveKernel(parseKernelRequest('with'), main, silent, signal), silent, signal);
    const taken = await inTurn(
      Math.max(times, 5),
      () => seconds(check),
      () => seconds(whole),
    );
    return ['source, patches, configuration, toolchain and every byte', `./trapline ${command.join(' ')}`].map(
      (what, index) => ({ measured: { what, value: taken[index] ?? 0 }, unit: 's', limit: 0.3 }),
    );
  },
};

/** Floods the console and its own output, then ends. */
const FLOOD = `#include <fcntl.h>
#include <string.h>
#include <unistd.h>
int main(void)
{
	static char line[65536];
	int console = open("/dev/console", O_WRONLY);

	memset(line, 'x', sizeof(line));
	for (int i = 0; i < 400; i++)
		if (write(1, line, sizeof(line)) < 0 || (i % 100 == 0 && write(console, line, sizeof(line)) < 0))
			return 1;
	return 0;
}
`;

const memoryFigure: Figure = {
  name: 'memory',
  title: 'the harness’s own memory',
  async measure(context) {
    const { trapline, scratch, signal } = context;
    const file = await program(context, main, FLOOD);
    const exec = [trapline, 'exec', '--arch', main.name, '--accel', 'tcg', '--timeout', '300', '--', file];
    const run = [trapline, 'run', '--arch', main.name, '--out', freshFolder(context, 'memory')];
    const flooded = await peakMemory(exec, { cwd: scratch, signal });
    const running = await peakMemory(run, { cwd: scratch, signal });
    return [
      { measured: { what: 'exec of a program that prints 25 MiB', value: flooded }, unit: 'MiB', limit: 200 },
      { measured: { what: `run --arch ${main.name}, specs included`, value: running }, unit: 'MiB', limit: 200 },
    ];
  },
};

export const warmFigures: readonly Figure[] = [
  commandFigure('help', './trapline --help', ['--help'], 0.25),
  checkFigure,
  execFigure,
  promptFigure,
  runFigure('run', `a run with everything built, ${main.name}, both kernels`, main.name, 1.3, 'wall'),
  runFigure('all', 'a run of all architectures, everything built', 'all', 1.2, 'sum'),
  memoryFigure,
];
