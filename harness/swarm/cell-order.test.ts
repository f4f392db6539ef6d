// SPDX-License-Identifier: MIT
// What goes to a worker is the cell, whatever its architecture's record holds.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { architectures } from '../arch/index.ts';
import type { ReadyCell } from '../run/cell.ts';
import { stepsFor } from '../run/plan.ts';
import { cellFrom, type Ordered, orderOf } from './cell-order.ts';

let root: string;
let cell: ReadyCell;
const at = (name: string): string => path.join(root, name);
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'trapline-order-'));
  for (const name of ['image', 'init', 'probe', 'bare.elf', 'test.elf', 'worker.js']) writeFileSync(at(name), name);
  const [architecture] = architectures;
  if (!architecture) throw new Error('no architecture');
  cell = {
    architecture,
    kernelImage: at('image'),
    programs: { fingerprint: 'f', directory: root, files: ['init', 'probe'] },
    accel: 'tcg',
    sandbox: true,
    steps: [],
  };
});
afterAll(() => rmSync(root, { recursive: true }));

/** The files of an order in a folder, as a worker finds them. */
function delivered({ files }: Ordered): string {
  const folder = mkdtempSync(at('cell-'));
  for (const file of files) {
    const name = path.join(folder, path.basename(file.name));
    if ('text' in file) writeFileSync(name, file.text);
    else if ('file' in file) copyFileSync(file.file, name);
  }
  return folder;
}

test.each(architectures)('a cell of $name arrives as it was sent', (architecture) => {
  const filter = { clauses: [], triggers: [], mechanisms: [] };
  const sent = { ...cell, architecture, steps: stepsFor(architecture, filter) };
  const folder = delivered(orderOf(sent, undefined, at('worker.js')));
  expect(cellFrom(folder)).toEqual({
    cell: {
      ...sent,
      kernelImage: path.join(folder, 'kernel-image'),
      programs: { ...sent.programs, directory: folder },
    },
    selfTest: undefined,
  });
});

test('programs that run without a kernel go along', () => {
  const folder = delivered(orderOf({ ...cell, bareProgram: at('bare.elf') }, at('test.elf'), at('worker.js')));
  expect(cellFrom(folder)).toMatchObject({
    cell: { bareProgram: path.join(folder, 'bare-program.elf') },
    selfTest: path.join(folder, 'self-test.elf'),
  });
});

test('its hash changes with what it holds, and with nothing else', () => {
  const hash = (changes: Partial<ReadyCell> = {}): string =>
    orderOf({ ...cell, ...changes }, undefined, at('worker.js')).sha256;
  const before = hash();
  expect(hash()).toBe(before);
  expect(hash({ sandbox: false })).not.toBe(before);
  // Another name on this machine, the same content.
  copyFileSync(at('image'), at('image-2'));
  expect(hash({ kernelImage: at('image-2') })).toBe(before);
  writeFileSync(at('worker.js'), 'another');
  expect(hash()).not.toBe(before);
});
