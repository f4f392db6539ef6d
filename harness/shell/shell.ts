// SPDX-License-Identifier: MIT
// A guest to sit in: its shell on the console, with the terminal that trapline was called from.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  orSecondBoot,
  type ShellEnd,
  type ShellGuest,
  type ShellOptions,
  sizeLine,
  terminalName,
} from './shell-guest.ts';
import { ShellMachine } from './shell-machine.ts';
import { type AttachedTerminal, attachTerminal } from './terminal.ts';

/** Milliseconds for what the shell wrote last, which is in the pipe already, to be shown. */
const LAST_WORDS_MS = 20;

/** Boots the guest and hands it the terminal, until either is gone. Whatever happens, the terminal is as it was then. */
export const shellOnConsole = (guest: ShellGuest, options: ShellOptions): Promise<ShellEnd> =>
  orSecondBoot(options.sink, () => sit(guest, options));

async function sit(guest: ShellGuest, options: ShellOptions): Promise<ShellEnd> {
  const { terminal, greeting } = options;
  let how: 'ended' | 'left' | 'closed' | undefined;
  let attached: AttachedTerminal | undefined;
  const leave = (why: 'ended' | 'left' | 'closed'): void => {
    how ??= why;
    shell.machine.stop('finished', '');
  };
  const shell: ShellMachine = new ShellMachine(
    guest,
    options,
    { plan: 'shell 0' },
    {
      onConsole: (bytes) => {
        if (attached) terminal.output.write(bytes);
      },
      onStepEnded: () => void sleep(LAST_WORDS_MS).then(() => leave('ended')),
    },
  );
  try {
    if (await shell.booted()) {
      terminal.output.write(greeting(shell.release));
      attached = attachTerminal(terminal, {
        typed: (bytes) => shell.type(bytes),
        resized: (size) => shell.tell(sizeLine('size', size)),
        over: leave,
      });
      // init waits for it before it starts the shell: nothing of that is missed.
      shell.tell(`${sizeLine('terminal', attached.size)} ${terminalName()}`);
    }
    await shell.machine.ended;
    if (how) return { kind: how };
    // "poweroff" may end the machine before the last words have been waited for.
    if (shell.stepEnded) return { kind: 'ended' };
    // What is said of it is not to stand behind the prompt.
    if (attached) terminal.output.write('\r\n');
    return await shell.lost(attached !== undefined);
  } finally {
    attached?.detach();
    await shell.close();
  }
}
