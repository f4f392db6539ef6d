// SPDX-License-Identifier: MIT
// What is read of a tree where something was touched is what is read of the whole.
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readInventory, renewInventory } from './tree-inventory.ts';

const root = mkdtempSync(path.join(tmpdir(), 'trapline-inventory-'));
let tree: string;
const at = (name: string): string => path.join(tree, name);
const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};

beforeEach(() => {
  process.env.TRAPLINE_CACHE = mkdtempSync(path.join(root, 'cache-'));
  tree = mkdtempSync(path.join(root, 'tree-'));
  const files = ['Makefile', 'kernel/core.c', 'kernel/events/ring.c', 'kernel/events/deep/er.c', 'lib/one.c', 'main.o'];
  for (const name of files) write(name, name);
  write('.gitignore', '*.o\n');
});
afterAll(() => {
  rmSync(root, { recursive: true });
  delete process.env.TRAPLINE_CACHE;
});

/** What somebody does in the tree, and the names that a watcher tells of it. */
const CHANGES: readonly [what: string, touched: readonly string[], change: () => void][] = [
  ['a file is written', ['lib/one.c'], () => write('lib/one.c', 'other')],
  ['a file is removed', ['lib/one.c'], () => unlinkSync(at('lib/one.c'))],
  ['a file is new', ['lib/a.c'], () => write('lib/a.c', 'new')],
  ['a build product is new', ['lib/one.o', 'main.o'], () => write('lib/one.o', 'object')],
  [
    'an editor writes another file and renames it',
    ['lib/4913', 'lib/one.c~', 'lib/one.c'],
    () => {
      write('lib/one.c~', 'renamed');
      renameSync(at('lib/one.c~'), at('lib/one.c'));
    },
  ],
  [
    'a file becomes a link',
    ['lib/one.c'],
    () => {
      unlinkSync(at('lib/one.c'));
      symlinkSync('../Makefile', at('lib/one.c'));
    },
  ],
  [
    'a file becomes a folder',
    ['lib/one.c'],
    () => {
      unlinkSync(at('lib/one.c'));
      write('lib/one.c/inner.c', 'inner');
    },
  ],
  ['a folder is new, of which the watcher tells no more', ['net'], () => write('net/ipv4/tcp.c', 'tcp')],
  ['a folder goes elsewhere', ['kernel/events'], () => renameSync(at('kernel/events'), path.join(root, 'away'))],
  ['what is ignored is another', ['.gitignore'], () => write('.gitignore', 'kernel/\n')],
  ['nothing', [], () => {}],
];

describe.each(['a repository', 'no repository'])('in a tree that is %s', (kind) => {
  it.each(CHANGES)('%s', async (_, touched, change) => {
    if (kind === 'a repository') {
      execFileSync('git', ['-C', tree, 'init', '-q']);
      execFileSync('git', ['-C', tree, 'add', '-A']);
    }
    const inventory = await readInventory(tree, undefined);
    expect([...inventory.keys()]).toContain('kernel/events/deep/er.c');
    expect([...inventory.keys()]).not.toContain('main.o');
    change();
    const renewed = await renewInventory(tree, { inventory, touched: new Set(touched) }, undefined);
    expect([...renewed]).toEqual([...(await readInventory(tree, undefined))]);
    rmSync(path.join(root, 'away'), { recursive: true, force: true });
  });
});

it('reads nothing that was not said to be touched', async () => {
  linkSync(at('lib/one.c'), path.join(root, 'other-name'));
  const inventory = await readInventory(tree, undefined);
  writeFileSync(path.join(root, 'other-name'), 'changed by its other name');
  expect(readFileSync(at('lib/one.c'), 'utf8')).toContain('changed');
  const quick = await renewInventory(tree, { inventory, touched: new Set(['Makefile']) }, undefined);
  expect(quick.get('lib/one.c')).toEqual(inventory.get('lib/one.c'));
  expect((await readInventory(tree, undefined)).get('lib/one.c')).not.toEqual(inventory.get('lib/one.c'));
});
