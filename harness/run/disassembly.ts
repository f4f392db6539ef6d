// SPDX-License-Identifier: MIT
// The instructions around the program counters that a probe recorded, out of the program that it was.
import { existsSync } from 'node:fs';
import type { Architecture } from '../arch/record.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import type { ClauseResult } from '../outcome/report.ts';
import { runCommand } from '../process/command.ts';
import { onPath } from '../process/requirements.ts';

/** Instructions shown on each side of a program counter. */
const AROUND = 3;
/** Program counters of a clause whose surroundings are shown. */
const MOST_COUNTERS = 4;

export interface Code {
  readonly lines: readonly string[];
  /** Line of an address. */
  readonly at: ReadonlyMap<bigint, number>;
}

/** A program's instructions; undefined with the reason when they cannot be had. */
export async function disassemble(architecture: Architecture, program: string): Promise<Code | string> {
  const objdump = guestCompiler(architecture)
    .replace(/^clang/, 'llvm-objdump')
    .replace(/gcc$/, 'objdump');
  if (!onPath(objdump)) return `there is no ${objdump} here`;
  if (!existsSync(program)) return 'the guest’s programs of this run are no longer in the cache';
  const result = await runCommand(objdump, ['-d', '--no-show-raw-insn', program], { keepBytes: 64 * 1024 * 1024 });
  if (result.exitCode !== 0) return `${objdump} ended with ${result.exitCode}`;
  const lines: string[] = [];
  const at = new Map<bigint, number>();
  for (const line of result.stdout.split('\n')) {
    const address = /^\s*([0-9a-f]+):\t/.exec(line)?.[1];
    if (address === undefined && !/^[0-9a-f]+ <.*>:$/.test(line)) continue;
    if (address !== undefined) at.set(BigInt(`0x${address}`), lines.length);
    lines.push(line.trimEnd());
  }
  return { lines, at };
}

/** Program counters and the places that they are compared with, by their names in the records. */
export function countersOf(observed: ClauseResult['observed']): Map<bigint, string> {
  const found = new Map<bigint, string>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 3) return;
    for (const [name, inner] of Object.entries(value)) {
      if (
        /^(pc|npc|siteInstruction|siteNext|address)$/.test(name) &&
        typeof inner === 'string' &&
        /^0x[0-9a-f]+$/.test(inner)
      ) {
        const address = BigInt(inner);
        const before = found.get(address);
        if (found.size < MOST_COUNTERS || before !== undefined) {
          if (before === undefined) found.set(address, name);
          else if (!before.split(', ').includes(name)) found.set(address, `${before}, ${name}`);
        }
      } else visit(inner, depth + 1);
    }
  };
  visit(observed, 0);
  return found;
}

/** The instructions around each counter, the counter's own marked with its name. */
export function codeAround(code: Code, counters: ReadonlyMap<bigint, string>): string | undefined {
  const shown = new Map<number, string>();
  for (const [address, name] of counters) {
    const line = code.at.get(address);
    if (line === undefined) continue;
    for (let near = Math.max(0, line - AROUND); near <= line + AROUND; near++)
      if (!shown.has(near)) shown.set(near, '');
    shown.set(line, name);
  }
  if (shown.size === 0) return undefined;
  const lines = [...shown].sort(([a], [b]) => a - b);
  return lines
    .map(([line, name], place) => {
      const gap = place > 0 && (lines[place - 1]?.[0] ?? line) < line - 1 ? '…\n' : '';
      return `${gap}${code.lines[line] ?? ''}${name === '' ? '' : `   <== ${name}`}`;
    })
    .join('\n');
}
