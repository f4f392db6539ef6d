// SPDX-License-Identifier: MIT
import { Readable } from 'node:stream';
import { type Header, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { entriesOfTar, guestPath } from './deb.ts';

test('what lies in /bin, /lib and the like lies below /usr in a guest', () => {
  expect(guestPath('./lib64/ld-linux-x86-64.so.2')).toBe('usr/lib64/ld-linux-x86-64.so.2');
  expect(guestPath('./usr/lib/')).toBe('usr/lib');
  expect(guestPath('./bin')).toBe('usr/bin');
  expect(guestPath('./library/bin/x')).toBe('library/bin/x');
});

test('a package’s files, links and folders, each folder before what it holds; documentation is left out', async () => {
  const tar = pack();
  const add = (header: Partial<Header> & { name: string }, content?: string) =>
    content === undefined ? tar.entry(header as Header) : tar.entry(header as Header, content);
  add({ name: './', type: 'directory' });
  add({ name: './lib/ld.so', mode: 0o755 }, 'loader');
  add({ name: './usr/bin/one', mode: 0o4755 }, 'program');
  add({ name: './usr/bin/two', type: 'link', linkname: './usr/bin/one' });
  add({ name: './usr/bin/three', type: 'symlink', linkname: 'one' });
  add({ name: './usr/share/doc/one/copyright' }, 'text');
  add({ name: './../../etc/passwd' }, 'no');
  tar.finalize();
  const entries = await entriesOfTar(Readable.from(tar));
  expect(entries.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'folder usr',
    'folder usr/lib',
    'file usr/lib/ld.so',
    'folder usr/bin',
    'file usr/bin/one',
    'file usr/bin/two',
    'link usr/bin/three',
  ]);
  expect(entries[4]).toMatchObject({ content: Buffer.from('program'), mode: 0o4755 });
  expect(entries[5]).toMatchObject({ content: Buffer.from('program') });
});
