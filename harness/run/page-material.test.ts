// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleMoments } from './page-material.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-page-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const begin = (step: number, clause: string, at: number) => [
  { record: 'console', step, when: 'begin', at },
  { record: 'begin', step, clause, trigger: 'hw-breakpoint', mechanism: 'sigtrap' },
];
const end = (step: number, at: number) => [{ record: 'console', step, when: 'end', at }];
const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
const record = (...records: readonly object[]): void =>
  write('observations.jsonl', records.map((one) => `${JSON.stringify(one)}\n`).join(''));
const moments = (): Record<string, string> => Object.fromEntries(consoleMoments(folder));

describe('what the console said while a clause ran', () => {
  it('lies between its marks; after a lost guest the next machine has a console of its own', () => {
    record(
      { record: 'machine', number: 1 },
      ...begin(1, '1.1', 4),
      ...end(1, 8),
      ...begin(2, '3.3', 8),
      { record: 'machine', number: 2 },
      ...begin(3, '4.1', 5),
      ...end(3, 9),
    );
    write('console.log', 'bootsaidpanic');
    write('console-2.log', 'againhere and later');
    expect(moments()).toEqual({
      '1.1 hw-breakpoint sigtrap': 'said',
      '3.3 hw-breakpoint sigtrap': 'panic',
      '4.1 hw-breakpoint sigtrap': 'here',
    });
  });

  it('is its end where it is long', () => {
    record({ record: 'machine', number: 1 }, ...begin(1, '1.1', 0), ...end(1, 100_000));
    write('console.log', `${'a'.repeat(99_999)}z`);
    expect(moments()['1.1 hw-breakpoint sigtrap']).toMatch(/^…a{8191}z$/);
  });

  it('is nothing where the console is gone, and a failure where it cannot be read', () => {
    record({ record: 'machine', number: 1 }, ...begin(1, '1.1', 0), ...end(1, 4));
    expect(moments()).toEqual({ '1.1 hw-breakpoint sigtrap': '' });
    mkdirSync(path.join(folder, 'console.log'));
    expect(moments).toThrow(expect.objectContaining({ name: 'console-unreadable' }));
  });
});
