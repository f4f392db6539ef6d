// SPDX-License-Identifier: MIT
// Figures with everything built: what the harness adds to the bare machines.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { buildKernel, parseKernelRequest, resolveKernel } from '../kernel/index.ts';
import { silent } from '../outcome/events.ts';
import { besideBareGuest } from './bare-guest.ts';
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

const execFigure: Figure = {
  name: 'exec',
  title: `exec of a trivial program on ${main.name}, everything built`,
  async measure(context) {
    const { trapline, scratch, signal } = context;
    const file = await program(context, main, 'int main(void) { return 0; }\n');
    const exec = [trapline, 'exec', '--arch', main.name, '--accel', 'tcg', '--', file];
    const what = `./trapline exec --arch ${main.name} -- program`;
    const run = () => mustRun(exec, { cwd: scratch, signal });
    return [await besideBareGuest(context, { architecture: main, file, run, what, limit: 1.3 })];
  },
};

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
  runFigure('run', `a run with everything built, ${main.name}, both kernels`, main.name, 1.3, 'wall'),
  runFigure('all', 'a run of all architectures, everything built', 'all', 1.2, 'sum'),
  memoryFigure,
];
