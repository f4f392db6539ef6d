// SPDX-License-Identifier: MIT
// A cell that is run elsewhere: the files that go there, and the cell that is made of them again.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';
import type { ArchiveFile } from '../docker/archive.ts';
import type { ReadyCell } from '../run/cell.ts';
import { sha256, sha256File, sha256Json } from '../store/hash.ts';

/** Folder of the files, and names in it that do not collide with those of guest programs. */
export const ORDER_FOLDER = 'cell';
const ORDER = 'order.json';
const IMAGE = 'kernel-image';
const BARE_PROGRAM = 'bare-program.elf';
const SELF_TEST = 'self-test.elf';
/** The harness's own code for it (harness/worker.ts, bundled): whoever runs the cell does as this checkout does. */
export const WORKER = 'worker.js';

/** What is no file of its own. Written and read by the same code, since that goes along. */
type Order = Pick<ReadyCell, 'architecture' | 'accel' | 'sandbox' | 'steps'> & {
  readonly programs: Pick<ReadyCell['programs'], 'fingerprint' | 'files'>;
  readonly bareProgram: boolean;
  readonly selfTest: boolean;
};

export interface Ordered {
  readonly files: readonly ArchiveFile[];
  /** Hash over all of it, kernel and worker included. */
  readonly sha256: string;
}

/**
 * @param selfTest image of the debug-register self-test, where KVM is to be tried first
 * @param worker the bundled harness/worker.ts
 */
export function orderOf(cell: ReadyCell, selfTest?: string, worker = inProject('dist', WORKER)): Ordered {
  const { architecture, accel, sandbox, steps, programs } = cell;
  const order: Order = {
    architecture,
    accel,
    sandbox,
    steps,
    programs: { fingerprint: programs.fingerprint, files: programs.files },
    bareProgram: cell.bareProgram !== undefined,
    selfTest: selfTest !== undefined,
  };
  const named: [string, string][] = [
    [WORKER, worker],
    [IMAGE, cell.kernelImage],
    ...programs.files.map((name): [string, string] => [name, path.join(programs.directory, name)]),
    ...(cell.bareProgram === undefined ? [] : [[BARE_PROGRAM, cell.bareProgram] as [string, string]]),
    ...(selfTest === undefined ? [] : [[SELF_TEST, selfTest] as [string, string]]),
  ];
  const text = JSON.stringify(order);
  return {
    files: [
      { name: `${ORDER_FOLDER}/${ORDER}`, text },
      ...named.map(([name, file]) => ({ name: `${ORDER_FOLDER}/${name}`, file })),
    ],
    sha256: sha256Json([[ORDER, sha256(text)], ...named.map(([name, file]) => [name, sha256File(file)])]),
  };
}

/** The cell in a folder of those files, and the self-test to be passed before KVM is believed. */
export function cellFrom(folder: string): { cell: ReadyCell; selfTest: string | undefined } {
  const at = (name: string): string => path.join(folder, name);
  const { programs, bareProgram, selfTest, ...order } = JSON.parse(readFileSync(at(ORDER), 'utf8')) as Order;
  return {
    cell: {
      ...order,
      kernelImage: at(IMAGE),
      programs: { ...programs, directory: folder },
      ...(bareProgram ? { bareProgram: at(BARE_PROGRAM) } : {}),
    },
    selfTest: selfTest ? at(SELF_TEST) : undefined,
  };
}
