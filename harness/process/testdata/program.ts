// SPDX-License-Identifier: MIT
// For the tests: a program to its end, as a user would call it.
import { execFile } from 'node:child_process';
import { inProject } from '../../config/paths.ts';

export interface Ended {
  /** Exit status; -1 when it ended by a signal, or was not started. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

/** ./trapline of this checkout, called in a folder. */
export const traplineIn =
  (cwd: string) =>
  (...args: string[]): Promise<Ended> =>
    runProgram(inProject('trapline'), args, { cwd });
