// SPDX-License-Identifier: MIT
// How long one waits for the prompt of a guest to sit in.
import path from 'node:path';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { buildGuestPrograms } from '../initramfs/guest-programs.ts';
import { silent } from '../outcome/events.ts';
import { shellWord } from '../process/shell-word.ts';
import { besideBareGuest } from './bare-guest.ts';
import type { Figure, FigureContext, Measurement } from './figure.ts';
import { mustRun } from './measure.ts';

const LIMIT = 2;

const [main] = architectures;
if (!main) throw new Error('no architectures');

async function promptOf(context: FigureContext, architecture: Architecture): Promise<Measurement> {
  const { trapline, scratch, signal, tell } = context;
  tell(architecture.name);
  const shell = [trapline, 'shell', '--arch', architecture.name].map(shellWord).join(' ');
  // `script` is the terminal that it asks for; what is typed waits there until the shell reads it, and then it ends.
  // Its input stays open: at the end of it `script` would look for its child four times a second only.
  const keys = 'rm -f keys; mkfifo keys; exec 3<>keys; echo exit >&3';
  const command = ['sh', '-c', `${keys}; script -qfec ${shellWord(shell)} /dev/null <&3`];
  // It says how it is called and ends: as little as a program can do.
  const programs = await buildGuestPrograms(architecture, silent, signal);
  return besideBareGuest(context, {
    architecture,
    file: path.join(programs.directory, 'probe'),
    run: () => mustRun(command, { cwd: scratch, signal }),
    what: `./trapline shell --arch ${architecture.name}, to the prompt and out again`,
    limit: LIMIT,
  });
}

export const promptFigures: readonly Figure[] = [
  {
    name: 'prompt',
    title: 'from ./trapline shell to its prompt, everything built',
    measure: async (context) => [await promptOf(context, main)],
  },
  {
    name: 'prompts',
    title: 'from ./trapline shell to its prompt, on every architecture',
    cold: true,
    async measure(context) {
      const taken: Measurement[] = [];
      for (const architecture of architectures) taken.push(await promptOf(context, architecture));
      return taken;
    },
  },
];
