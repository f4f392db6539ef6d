// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { inProject } from './paths.ts';

/** The commit that is checked out, as a number (its first 32 bits): tests that take turns go by it. */
export function commitNumber(): number {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: inProject(), encoding: 'utf8' });
  return Number.parseInt(commit.slice(0, 8), 16);
}
