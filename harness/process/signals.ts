// SPDX-License-Identifier: MIT
// The signals that end the harness, and who answers them: there is always somebody, so that each is an interrupt with
// its own exit code, and nobody's library ends the process behind our back.
import { EXIT } from '../outcome/failure.ts';

const ENDING: readonly (string | symbol)[] = ['SIGINT', 'SIGTERM', 'SIGHUP'] satisfies NodeJS.Signals[];
type Answer = (signal: NodeJS.Signals) => void;

/** The answer as long as no work has begun that would have to be put in order. */
function endAtOnce(): void {
  process.stderr.write('trapline: interrupted. Nothing half-made is left; run it again\n');
  process.exit(EXIT.interrupted);
}

let answer: Answer = endAtOnce;
let caught = false;

/** From here on somebody answers: the first thing that the program does. */
export function catchSignals(): void {
  if (caught) return;
  caught = true;
  for (const name of ENDING) process.on(name, (signal: NodeJS.Signals) => answer(signal));
}

/** Answers the signals until the function that it gives back is called. */
export function answerSignals(next: Answer): () => void {
  catchSignals();
  const before = answer;
  answer = next;
  return () => {
    answer = before;
  };
}

/**
 * Keeps what is called from listening to these signals until the function that it gives back is called: libraries
 * that are programs too end the process by them.
 */
export function keepSignals(): () => void {
  const refuse = (name: string | symbol, listener: (...args: unknown[]) => void) => {
    // It is told before the listener is there; no signal comes in between.
    if (ENDING.includes(name)) queueMicrotask(() => process.off(name, listener));
  };
  process.on('newListener', refuse);
  return () => {
    process.off('newListener', refuse);
  };
}
