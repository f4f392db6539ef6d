// SPDX-License-Identifier: MIT
// What init says in the kernel's log when a step begins (mark_console in guest/init/step.c): so that what the kernel
// says itself can be told by steps. The channel does not serve for that: it is another device, read at another time.

const MARK = /\btrapline: step (\d+), /;

/** The number of the step whose mark this line of a console is. */
export function markedStep(line: string): number | undefined {
  const number = MARK.exec(line)?.[1];
  return number === undefined ? undefined : Number(number);
}
