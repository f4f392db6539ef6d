// SPDX-License-Identifier: MIT
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withScratch } from '../store/temporary.ts';
import { crashesOf } from './crashes.ts';

const log = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../crash/testdata/logs/${name}.log`, import.meta.url)), 'utf8');

const BINUTILS = { nm: 'nm', addr2line: 'addr2line', vmlinux: '/nowhere/vmlinux' };
const mark = (step: number, when: string, at: number) => ({ record: 'console', step, when, at });

/** A cell's folder with these records and a console for each machine. */
function cell(folder: string, records: readonly object[], ...consoles: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'observations.jsonl'), records.map((one) => `${JSON.stringify(one)}\n`).join(''));
  for (const [index, text] of consoles.entries())
    writeFileSync(path.join(folder, index === 0 ? 'console.log' : `console-${index + 1}.log`), text);
  return folder;
}

test('a crash belongs to the step that had begun last, also when the step has ended by its records', async () => {
  await withScratch(async (scratch) => {
    // Beyond ASCII: places are bytes, and the text comes out as it was.
    const before = 'grüße\n';
    const first = Buffer.byteLength(before);
    const oops = log('x86_64/null-write');
    const second = first + Buffer.byteLength(oops);
    const records = [
      { record: 'machine', number: 1 },
      mark(4, 'begin', first),
      mark(4, 'end', first),
      mark(7, 'begin', second),
    ];
    const { ofStep, ofBoot } = await crashesOf(
      cell(scratch, records, `${before}${oops}${log('x86_64/warning')}ä\n`),
      BINUTILS,
    );
    expect([...ofStep].map(([step, crashes]) => [step, crashes.map(({ kind }) => kind)])).toEqual([
      [4, ['null-dereference']],
      [7, ['warning']],
    ]);
    expect(ofBoot).toEqual([]);
  });
});

test('each machine has a console of its own; what comes before any step is of the boot', async () => {
  await withScratch(async (scratch) => {
    const records = [{ record: 'machine', number: 1 }, mark(0, 'begin', 0), { record: 'machine', number: 2 }];
    const folder = cell(scratch, records, log('x86_64/bug'), log('x86_64/init-ended'));
    const { ofStep, ofBoot } = await crashesOf(folder, BINUTILS);
    expect(ofStep.get(0)?.map(({ said }) => said)).toEqual(['drivers/misc/lkdtm/bugs.c:78']);
    expect(ofBoot.map(({ kind }) => kind)).toEqual(['init-ended']);
  });
});

test('a folder with nothing in it, and a console without anything to tell', async () => {
  await withScratch(async (scratch) => {
    expect(await crashesOf(scratch, BINUTILS)).toEqual({ ofStep: new Map(), ofBoot: [] });
    const quiet = cell(path.join(scratch, 'quiet'), [{ record: 'machine', number: 1 }, mark(0, 'begin', 0)], 'hello\n');
    expect(await crashesOf(quiet, BINUTILS)).toEqual({ ofStep: new Map(), ofBoot: [] });
  });
});
