// SPDX-License-Identifier: MIT
// Ctrl-C and --timeout while files go into a guest or come out of it: a guest that never gets ready, by a real server.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { execInRunningGuest, type GuestExecOptions, type GuestExecResult } from './guest-exec.ts';
import { type GuestCommand, type SshGuest, sshGuest } from './testdata/ssh-guest.ts';

let into: string;
let guest: SshGuest;
beforeEach(() => {
  into = mkdtempSync(path.join(tmpdir(), 'trapline-fetched-'));
});
afterEach(() => {
  guest.close();
  rmSync(into, { recursive: true });
});

const FILE_BYTES = 8 << 20;

/** A file's archive. */
function sendFile({ channel, end }: GuestCommand): void {
  const archive = pack();
  archive.entry({ name: 'out.bin' }, Buffer.alloc(FILE_BYTES, 'a'));
  archive.finalize();
  archive.on('data', (bytes: unknown) => channel.write(bytes as Buffer));
  archive.once('end', () => end(0));
}

function sendHalf({ channel }: GuestCommand): void {
  const archive = pack();
  archive.on('data', (bytes: unknown) => channel.write(bytes as Buffer));
  archive.entry({ name: 'out.bin', size: FILE_BYTES }).write(Buffer.alloc(FILE_BYTES / 2, 'a'));
}

/** Copies that never end; a program does at once. */
function stuck(command: GuestCommand): void {
  if (/tar -c/.test(command.line)) sendHalf(command);
  else if (!/tar -x/.test(command.line)) command.end(0);
}
/** A hung guest: not even signals do anything. */
const deaf = (): void => {};

interface Exec {
  readonly options?: Partial<GuestExecOptions>;
  /** When to interrupt it. */
  readonly until?: () => void;
}

async function exec({ options = {}, until }: Exec): Promise<{ result: GuestExecResult; seconds: number }> {
  const abort = new AbortController();
  const running = execInRunningGuest(guest.address, {
    files: [],
    command: undefined,
    fetch: [],
    into,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    signal: abort.signal,
    ...options,
  });
  let started = performance.now();
  if (until) {
    await vi.waitFor(until, { timeout: 5000, interval: 10 });
    started = performance.now();
    abort.abort();
  }
  const result = await running;
  return { result, seconds: (performance.now() - started) / 1000 };
}

const IN = { files: [{ name: 'in.bin', content: Buffer.alloc(FILE_BYTES) }], command: ['./in.bin'] };
const OUT = { fetch: ['out.bin'] };
/** Half of it lies there by now, under a name that nobody takes for it. */
const halfCame = (): void => expect(readdirSync(into)).toEqual([expect.stringMatching(/^\.tmp-.*-out\.bin$/)]);
const begun = (): void => expect(guest.commands).toHaveLength(1);

async function nothingIsLeft(): Promise<void> {
  await vi.waitFor(() => expect(guest.connections()).toBe(0), { timeout: 2000 });
  expect(readdirSync(into)).toEqual([]);
}

/** The files that had come so far. */
const REMOVED = ['rm'];
/** What the guest was asked to do: the program's name, and the signals that it was sent. */
const commands = (): string[][] =>
  guest.commands.map(({ line, signals }) => [/\b(tar|rm)\b/.exec(line)?.[0] ?? line, ...signals]);

describe('files that go in', () => {
  test('have their names when all of them came', async () => {
    guest = await sshGuest((command) => {
      command.channel.resume();
      if (!/tar -x/.test(command.line)) command.end(0);
      else command.channel.once('end', () => command.end(0));
    });
    expect((await exec({ options: IN })).result).toEqual({ kind: 'exited', status: 0 });
    const [copy, named, ...rest] = guest.commands.map(({ line }) => line);
    expect(copy).toBe('exec tar -x -f - -C /work');
    expect(named).toMatch(/^cd \/work && mv -f (\S+)\/in\.bin \. && rmdir \1$/);
    expect(rest).toEqual(['exec /init command ./in.bin </dev/null']);
  });
});

describe('Ctrl-C', () => {
  test.each([
    ['while files go in', { options: IN, until: begun }, [['tar', 'INT'], REMOVED]],
    ['while a file comes out', { options: OUT, until: halfCame }, [['tar', 'INT']]],
  ])('%s ends it at once, and what runs in the guest', async (_, what, did) => {
    guest = await sshGuest(stuck);
    const { result, seconds } = await exec(what);
    expect(result).toEqual({ kind: 'interrupted' });
    expect(seconds).toBeLessThan(0.5);
    expect(commands()).toEqual(did);
    await nothingIsLeft();
  });

  test.each([
    ['while files go in', { options: IN, until: begun }],
    ['while a file comes out', { options: OUT, until: halfCame }],
  ])('%s, of a guest that does nothing any more', async (_, what) => {
    guest = await sshGuest(stuck, deaf);
    const { result, seconds } = await exec(what);
    expect(result).toEqual({ kind: 'interrupted' });
    expect(seconds).toBeLessThan(2);
    await nothingIsLeft();
  });

  test('while the program runs: no file is fetched then', async () => {
    guest = await sshGuest(() => {});
    const { result, seconds } = await exec({ options: { ...OUT, command: ['sleep', '1000'] }, until: begun });
    expect(result).toEqual({ kind: 'interrupted' });
    expect(seconds).toBeLessThan(0.5);
    expect(guest.commands).toHaveLength(1);
    await nothingIsLeft();
  });
});

test('a program that was on its way when Ctrl-C came does not stay behind', async () => {
  const abort = new AbortController();
  // It has begun there, and nobody here knows of it yet.
  guest = await sshGuest(() => abort.abort());
  const { result } = await exec({ options: { command: ['sleep', '1000'], signal: abort.signal } });
  expect(result).toEqual({ kind: 'interrupted' });
  expect(guest.commands.map(({ signals }) => signals)).toEqual([['INT']]);
  await nothingIsLeft();
});

describe('--timeout', () => {
  test.each([
    ['files-in', IN, [['tar', 'TERM'], REMOVED]],
    ['files-out', OUT, [['tar', 'TERM']]],
  ])('%s', async (stage, options, did) => {
    guest = await sshGuest(stuck);
    const { result, seconds } = await exec({ options: { ...options, timeoutSeconds: 1 } });
    expect(result).toEqual({ kind: 'timed-out', stage });
    expect(seconds).toBeLessThan(2.5);
    expect(commands()).toEqual(did);
    await nothingIsLeft();
  });

  test('of a program: what it wrote until then is fetched', async () => {
    guest = await sshGuest((command) => {
      if (/tar -c/.test(command.line)) sendFile(command);
    });
    const { result } = await exec({ options: { ...OUT, command: ['sleep', '1000'], timeoutSeconds: 1 } });
    expect(result).toEqual({ kind: 'timed-out', stage: 'program' });
    expect(readFileSync(path.join(into, 'out.bin'))).toHaveLength(FILE_BYTES);
  });
});

test('a guest that is gone in the middle of a file is told, and half a file is not kept', async () => {
  guest = await sshGuest(stuck);
  const copying = exec({ options: OUT });
  await vi.waitFor(halfCame, { timeout: 5000, interval: 10 });
  guest.close();
  await expect(copying).rejects.toMatchObject({
    name: 'copy-failed',
    what: expect.stringContaining('out.bin was not'),
  });
  await nothingIsLeft();
});
