// SPDX-License-Identifier: MIT
// Which of the project's long tests a commit gets: CI has ten minutes for all, and some of them take minutes alone.
import { commitNumber } from '../config/commit.ts';

/** Boot tests that take turns. Each group takes about as long as the others. */
export const ROTATING: readonly (readonly string[])[] = [
  ['harness/swarm/swarm.boot.test.ts'],
  ['harness/bisect/bisect.boot.test.ts', 'harness/reproduce/reproduce.boot.test.ts'],
  ['harness/shell/shell-ssh.boot.test.ts', 'harness/run/container.boot.test.ts'],
];

/** The boot tests that this commit leaves out; none of them with `all`. */
export function leftOut(all: boolean, number = commitNumber()): readonly string[] {
  const turn = number % ROTATING.length;
  return all ? [] : ROTATING.filter((_, index) => index !== turn).flat();
}
