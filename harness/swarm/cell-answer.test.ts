// SPDX-License-Identifier: MIT
// What comes back of a cell that was run elsewhere: all of it or nothing, and nothing that a cell does not have.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { infrastructureFailure } from '../outcome/failure.ts';
import type { CellEvidence } from '../run/cell.ts';
import { answerText, archiveIn, takeAnswer } from './cell-answer.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'trapline-answer-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const evidence: CellEvidence = {
  evidence: [
    {
      clause: '4.1',
      trigger: 'page-fault',
      mechanism: 'sigtrap',
      observations: [{ what: 'hit', pc: '0x10' }],
      ending: { kind: 'exited', status: 0, seconds: 0.1 },
    },
  ],
  control: [{ what: 'control' }],
  boot: { outcome: 'booted', seconds: 1.5, detail: '' },
  release: '6.1.0',
  machines: 1,
  seconds: 3,
};

function cellFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(root, 'cell-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

const plain = (_: string, text: string): string => text;
const emptyFolder = (): string => cellFolder({});
async function packed(text: string): Promise<Buffer> {
  const archive = archiveIn(Buffer.from(text));
  if (!archive) throw new Error('not whole');
  return archive;
}

/** An archive as a worker that was taken over might send it. */
async function hostile(...entries: [Partial<Header> & { name: string }, string?][]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header as Header, content ?? '');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

describe('an answer', () => {
  test('comes back as it was, with the files of a cell and no others', async () => {
    const console = 'Linux\n\u001b[0m'.repeat(5000);
    const there = cellFolder({
      'console.log': console,
      'console-2.log': 'b',
      'observations.jsonl': '{}\n',
      secret: 's',
    });
    mkdirSync(path.join(there, 'console-3.log.d'));
    const text = await answerText({ evidence }, there);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(16_384);
    const here = emptyFolder();
    expect(await takeAnswer(await packed(text), here, 'x86_64/with', plain)).toEqual(evidence);
    expect(readdirSync(here).sort()).toEqual(['console-2.log', 'console.log', 'observations.jsonl']);
    expect(readFileSync(path.join(here, 'console.log'), 'utf8')).toBe(console);
  });

  test('of a cell whose guest never came up has no release', async () => {
    const { release: _, ...silent } = evidence;
    const text = await answerText({ evidence: silent }, emptyFolder());
    expect(await takeAnswer(await packed(text), emptyFolder(), 'x86_64/with', plain)).toEqual(silent);
  });

  test('has its command lines changed, and nothing else', async () => {
    const text = await answerText({ evidence }, cellFolder({ 'qemu.argv': 'there', 'console.log': 'there' }));
    const here = emptyFolder();
    await takeAnswer(await packed(text), here, 'x86_64/with', (_, said) => said.replace('there', 'here'));
    expect(readFileSync(path.join(here, 'qemu.argv'), 'utf8')).toBe('here');
    expect(readFileSync(path.join(here, 'console.log'), 'utf8')).toBe('there');
  });

  test('may be the failure that kept the cell from being run', async () => {
    const failure = infrastructureFailure('kvm-not-usable', 'KVM on node a failed', 'Take --accel tcg');
    const text = await answerText({ failure }, cellFolder({ 'console.log': 'a' }));
    const here = emptyFolder();
    await expect(takeAnswer(await packed(text), here, 'x86_64/with', plain)).rejects.toMatchObject({
      kind: 'infrastructure',
      name: 'kvm-not-usable',
      what: 'KVM on node a failed',
    });
    expect(existsSync(path.join(here, 'console.log'))).toBe(true);
  });
});

test.each<[string, (text: string) => string]>([
  ['cut off', (text) => text.slice(0, -20)],
  ['without its last line', (text) => text.split('\n').slice(0, -2).join('\n')],
  ['with a line lost', (text) => text.split('\n').slice(1).join('\n')],
  ['with a character changed', (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1)],
  ['twice', (text) => text + text],
  ['empty', () => ''],
])('an answer %s is not whole', async (_, damage) => {
  const text = await answerText({ evidence }, cellFolder({ 'console.log': `${Math.random()}\n`.repeat(2000) }));
  expect(archiveIn(Buffer.from(damage(text)))).toBeUndefined();
});

describe('what no cell gives is refused, and nothing of it is written', () => {
  const answer = JSON.stringify({ evidence });
  test.each<[string, [Partial<Header> & { name: string }, string?][]]>([
    ['a path', [[{ name: '../console.log' }, 'x']]],
    ['an absolute path', [[{ name: '/tmp/console.log' }, 'x']]],
    ['a link', [[{ name: 'console.log', type: 'symlink', linkname: '/etc/passwd' }]]],
    ['a folder', [[{ name: 'console.log', type: 'directory' }]]],
    ['another name', [[{ name: 'kernel.config' }, 'x']]],
    [
      'a file twice',
      [
        [{ name: 'console.log' }, 'x'],
        [{ name: 'console.log' }, 'y'],
      ],
    ],
    ['no answer', [[{ name: 'console.log' }, 'x']]],
    ['an answer that is none', [[{ name: 'answer.json' }, '{"evidence":{"evidence":[{}]}}']]],
    ['an answer that is no JSON', [[{ name: 'answer.json' }, '{']]],
  ])('%s', async (_, entries) => {
    const whole: [Partial<Header> & { name: string }, string?][] =
      entries[0]?.[0].name === 'answer.json' || _ === 'no answer'
        ? entries
        : [[{ name: 'answer.json' }, answer], ...entries];
    const here = emptyFolder();
    await expect(takeAnswer(await hostile(...whole), here, 'x86_64/with', plain)).rejects.toMatchObject({
      name: 'answer-refused',
      what: expect.stringContaining('x86_64/with'),
    });
    expect(readdirSync(here)).toEqual([]);
  });

  test('bytes that are no archive', async () => {
    await expect(takeAnswer(gzipSync('x'.repeat(600)), emptyFolder(), 'x86_64/with', plain)).rejects.toMatchObject({
      name: 'answer-refused',
    });
    await expect(takeAnswer(Buffer.from('x'), emptyFolder(), 'x86_64/with', plain)).rejects.toMatchObject({
      name: 'answer-refused',
    });
  });
});
