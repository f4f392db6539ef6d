// SPDX-License-Identifier: MIT
// What the coverage report shows beside the verdicts, read from a run's folder: the console around each clause, the
// code around its program counters, and the architecture's profile.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { architectures } from '../arch/index.ts';
import { guestDirectory } from '../initramfs/guest-programs.ts';
import type { CellExtra } from '../outcome/extra.ts';
import { requestFailure } from '../outcome/failure.ts';
import { type CellReport, resultKey } from '../outcome/report.ts';
import { readJson } from '../store/hash.ts';
import { type Code, codeAround, countersOf, disassemble } from './disassembly.ts';
import { machineFile } from './folder.ts';
import { observationsFile, textIfThere } from './observations.ts';
import { beginSchema, consoleSchema, machineSchema, parsed } from './replay.ts';

/** Bytes of console that are shown of one clause, and of the whole. */
const MOMENT_BYTES = 8 * 1024;
const CONSOLE_BYTES = 64 * 1024;

/** The end of what lies between two bytes; nothing of a console that is not there. @throws Failure `console-unreadable` */
function readPart(file: string, from: number, to: number, most: number): string {
  if (!existsSync(file)) return '';
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const end = Math.min(to, fstatSync(descriptor).size);
    const start = Math.max(from, end - most);
    if (start >= end) return '';
    const bytes = Buffer.alloc(end - start);
    readSync(descriptor, bytes, 0, bytes.length, start);
    return `${start > from ? '…' : ''}${bytes.toString('utf8')}`;
  } catch (error) {
    throw requestFailure(
      'console-unreadable',
      `${file} cannot be read: ${(error as Error).message}`,
      'Put it back as the run left it, or remove it: then the page has no console',
    );
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const consoleFile = (folder: string, machine: number): string =>
  path.join(folder, machineFile('console', 'log', machine));

/** What the console printed while each clause ran, by `resultKey`; a clause that lost its guest has it to the end. */
export function consoleMoments(folder: string): Map<string, string> {
  const moments = new Map<number, { machine: number; from: number; to: number }>();
  const names = new Map<number, string>();
  let machine = 1;
  for (const line of textIfThere(observationsFile(folder))?.split('\n') ?? []) {
    if (!/^\{"record":"(console|begin|machine)"/.test(line)) continue;
    const value = parsed(line);
    machine = machineSchema.safeParse(value).data?.number ?? machine;
    const begin = beginSchema.safeParse(value).data;
    if (begin) names.set(begin.step, resultKey({ ...begin, id: begin.clause }));
    const mark = consoleSchema.safeParse(value).data;
    if (!mark) continue;
    if (mark.when === 'begin') moments.set(mark.step, { machine, from: mark.at, to: Number.POSITIVE_INFINITY });
    else moments.set(mark.step, { machine, from: moments.get(mark.step)?.from ?? mark.at, to: mark.at });
  }
  return new Map(
    [...moments].flatMap(([step, { machine, from, to }]) => {
      const name = names.get(step);
      return name === undefined ? [] : [[name, readPart(consoleFile(folder, machine), from, to, MOMENT_BYTES)]];
    }),
  );
}

/** Everything beside the verdicts, for each cell of a run's folder. */
export async function pageMaterial(cells: readonly CellReport[], runFolder: string): Promise<CellExtra[]> {
  const codes = new Map<string, Promise<Code | string>>();
  return Promise.all(
    cells.map(async (cell): Promise<CellExtra> => {
      const folder = path.join(runFolder, cell.folder);
      const architecture = architectures.find(({ name }) => name === cell.arch);
      const guest = readJson<{ guest?: string }>(path.join(folder, 'fingerprints.json'))?.guest;
      const program = path.join(guestDirectory(cell.arch, guest ?? ''), 'probe');
      if (architecture && !codes.has(program)) codes.set(program, disassemble(architecture, program));
      const code = (await codes.get(program)) ?? 'this checkout does not know the architecture';
      const consoles = consoleMoments(folder);
      const moments = cell.clauses.map((clause): [string, { console?: string; code?: string }] => {
        const console = consoles.get(resultKey(clause));
        const around = typeof code === 'string' ? undefined : codeAround(code, countersOf(clause.observed));
        return [
          resultKey(clause),
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
