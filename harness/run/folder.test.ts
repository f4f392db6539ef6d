// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discardEmpty, makeRunFolder } from './folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'trapline-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));
const make = (name: string) => makeRunFolder(path.resolve(root, name), new Date()).path;
const refused = (name: string, how: RegExp) =>
  expect(() => make(name)).toThrow(
    expect.objectContaining({ name: 'results-folder-exists', kind: 'request', what: expect.stringMatching(how) }),
  );

describe('a run’s folder', () => {
  test('is made with its parents, or is one that is there and empty', () => {
    mkdirSync(path.join(root, 'empty'));
    expect(make('empty')).toBe(path.join(root, 'empty'));
    expect(existsSync(make('a/b/c'))).toBe(true);
  });

  // The first has not written anything yet.
  test.each(['new', 'empty'])('is one run’s alone, though nothing is in it: %s', (name) => {
    mkdirSync(path.join(root, 'empty'));
    make(name);
    refused(name, /not empty/);
  });

  test('is none that has something in it, and stays as it was', () => {
    mkdirSync(path.join(root, 'old'));
    writeFileSync(path.join(root, 'old', 'report.json'), '');
    refused('old', /not empty/);
    expect(readdirSync(path.join(root, 'old'))).toEqual(['report.json']);
  });

  test('is no file', () => {
    writeFileSync(path.join(root, 'file'), '');
    refused('file', /no folder/);
  });

  // Node's own way of making parents would never return.
  test.each(['/proc/none', '/proc/none/deeper', '/dev/null/none'])('is said not to be made: %s', (name) => {
    expect(() => make(name)).toThrow(
      expect.objectContaining({ name: 'results-folder-unwritable', kind: 'infrastructure' }),
    );
  });

  test('goes when nothing came of the run', () => {
    const folder = make('new');
    discardEmpty(folder);
    expect(readdirSync(root)).toEqual([]);
  });
});
