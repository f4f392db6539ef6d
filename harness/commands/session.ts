// SPDX-License-Identifier: MIT
// What every verb shares: the signal that Ctrl-C aborts, the live line, colours, and words for choices.
import { setMaxListeners } from 'node:events';
import { cpus } from 'node:os';
import { type Architecture, architectures, findArchitecture } from '../arch/index.ts';
import type { EventSink } from '../outcome/events.ts';
import { EXIT } from '../outcome/failure.ts';
import { answerSignals } from '../process/signals.ts';
import { createLive } from '../report/index.ts';

export interface Session {
  readonly signal: AbortSignal;
  readonly sink: EventSink;
}

/** Can the cursor be moved there, and colours be shown? */
const isScreen = (stream: NodeJS.WriteStream): boolean => Boolean(stream.isTTY) && process.env.TERM !== 'dumb';
const colourWanted = (stream: NodeJS.WriteStream): boolean => isScreen(stream) && !process.env.NO_COLOR;

/** May stdout be coloured, and how wide is it? */
export function screen(): { colour: boolean; width: number } {
  return { colour: colourWanted(process.stdout), width: process.stdout.columns ?? 120 };
}

/**
 * Runs a verb's work. The first Ctrl-C or SIGTERM aborts `signal`, so that the work ends in order;
 * the second ends the process at once (machines die with it).
 */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  // Every cell of a run listens: Node would warn of the eleventh.
  setMaxListeners(0, abort.signal);
  const live = createLive(process.stderr, {
    isTTY: isScreen(process.stderr),
    colour: colourWanted(process.stderr),
  });
  const noMoreSignals = answerSignals(() => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    live.sink({ type: 'notice', level: 'warning', message: 'interrupted: ending what runs (again to end at once)' });
    abort.abort();
  });
  try {
    return await work({ signal: abort.signal, sink: live.sink });
  } finally {
    live.close();
    noMoreSignals();
  }
}

export const defaultJobs = (): number => Math.max(1, cpus().length);

/** `all`, or names. @throws Failure `unknown-architecture` */
export function chooseArchitectures(names: readonly string[] | undefined, fallback: string): readonly Architecture[] {
  const asked = names && names.length > 0 ? [...new Set(names)] : [fallback];
  return asked.includes('all') ? architectures : asked.map(findArchitecture);
}

/** The architecture of the main job: the first record. */
export const mainArchitecture = (): string => architectures[0]?.name ?? '';

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
