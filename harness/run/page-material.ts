// SPDX-License-Identifier: MIT
// What the coverage report shows beside the verdicts, read from a run's folder: the console around each clause, the
// code around its program counters, and the architecture's profile.
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import { inCache } from '../config/paths.ts';
import { guestCompiler } from '../initramfs/guest-programs.ts';
import { type CellExtra, extraKey } from '../outcome/extra.ts';
import type { CellReport, ClauseResult } from '../outcome/report.ts';
import { runCommand } from '../process/command.ts';
import { onPath } from '../process/requirements.ts';
import { readJson } from '../store/hash.ts';

/** Bytes of console that are shown of one clause, and of the whole. */
const MOMENT_BYTES = 8 * 1024;
const CONSOLE_BYTES = 64 * 1024;
/** Instructions shown on each side of a program counter. */
const AROUND = 3;
/** Program counters of a clause whose surroundings are shown. */
const MOST_COUNTERS = 4;

const markSchema = z.object({
  record: z.literal('console'),
  step: z.number(),
  when: z.enum(['begin', 'end']),
  at: z.number(),
});
const beginSchema = z.object({
  record: z.literal('begin'),
  step: z.number(),
  clause: z.string(),
  trigger: z.string(),
  mechanism: z.string(),
});
const machineSchema = z.object({ record: z.literal('machine'), number: z.number() });

function readPart(file: string, from: number, to: number, most: number): string {
  if (!existsSync(file)) return '';
  const end = Math.min(to, statSync(file).size);
  const start = Math.max(from, end - most);
  if (start >= end) return '';
  const bytes = Buffer.alloc(end - start);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, bytes, 0, bytes.length, start);
  } finally {
    closeSync(descriptor);
  }
  return `${start > from ? '…' : ''}${bytes.toString('utf8')}`;
}

const consoleFile = (folder: string, machine: number): string =>
  path.join(folder, machine === 1 ? 'console.log' : `console-${machine}.log`);

/** What the console printed while each clause ran, by `extraKey`; a clause that lost its guest has it to the end. */
export function consoleMoments(folder: string): Map<string, string> {
  const moments = new Map<string, { machine: number; from: number; to: number }>();
  const names = new Map<number, string>();
  const file = path.join(folder, 'observations.jsonl');
  let machine = 1;
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    if (!/^\{"record":"(console|begin|machine)"/.test(line)) continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    machine = machineSchema.safeParse(value).data?.number ?? machine;
    const begin = beginSchema.safeParse(value).data;
    if (begin) names.set(begin.step, `${begin.clause} ${begin.trigger} ${begin.mechanism}`);
    const mark = markSchema.safeParse(value).data;
    const name = mark && names.get(mark.step);
    if (!mark || name === undefined) continue;
    if (mark.when === 'begin') moments.set(name, { machine, from: mark.at, to: Number.POSITIVE_INFINITY });
    else moments.set(name, { machine, from: moments.get(name)?.from ?? mark.at, to: mark.at });
  }
  return new Map(
    [...moments].map(([name, { machine, from, to }]) => [
      name,
      readPart(consoleFile(folder, machine), from, to, MOMENT_BYTES),
    ]),
  );
}

interface Code {
  readonly lines: readonly string[];
  /** Line of an address. */
  readonly at: ReadonlyMap<bigint, number>;
}

/** A program's instructions; undefined with the reason when they cannot be had. */
async function disassemble(architecture: Architecture, program: string): Promise<Code | string> {
  const objdump = guestCompiler(architecture).replace(/gcc$/, 'objdump');
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
function countersOf(observed: ClauseResult['observed']): Map<bigint, string> {
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
function codeAround(code: Code, counters: ReadonlyMap<bigint, string>): string | undefined {
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

/** Everything beside the verdicts, for each cell of a run's folder. */
export async function pageMaterial(cells: readonly CellReport[], runFolder: string): Promise<CellExtra[]> {
  const codes = new Map<string, Promise<Code | string>>();
  return Promise.all(
    cells.map(async (cell): Promise<CellExtra> => {
      const folder = path.join(runFolder, cell.folder);
      const architecture = architectures.find(({ name }) => name === cell.arch);
      const guest = readJson<{ guest?: string }>(path.join(folder, 'fingerprints.json'))?.guest;
      const program = inCache('guest', `${cell.arch}-${guest?.slice(0, 32)}`, 'probe');
      if (architecture && !codes.has(program)) codes.set(program, disassemble(architecture, program));
      const code = (await codes.get(program)) ?? 'this checkout does not know the architecture';
      const consoles = consoleMoments(folder);
      const moments = cell.clauses.map((clause): [string, { console?: string; code?: string }] => {
        const console = consoles.get(extraKey(clause));
        const around = typeof code === 'string' ? undefined : codeAround(code, countersOf(clause.observed));
        return [
          extraKey(clause),
          { ...(console === undefined ? {} : { console }), ...(around === undefined ? {} : { code: around }) },
        ];
      });
      return {
        profile: architecture?.profile ?? {},
        console: readPart(consoleFile(folder, 1), 0, Number.POSITIVE_INFINITY, CONSOLE_BYTES),
        moments: new Map(moments),
        ...(typeof code === 'string' ? { noCode: code } : {}),
      };
    }),
  );
}
