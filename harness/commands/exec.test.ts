// SPDX-License-Identifier: MIT
// exec by the real ./trapline: in a guest of its own, which never boots here, and in one that is up, which this process
// plays by ssh.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { dynamicX86, staticX86 } from '../arch/testdata/elf.ts';
import { claimGuestName, recordGuest, releaseGuestName } from '../shell/guest-record.ts';
import { type GuestCommand, type SshGuest, sshGuest } from '../shell/testdata/ssh-guest.ts';
import { toyProject } from './testdata/checkout.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { checkout, fake } = toyProject();
beforeAll(() => {
  vi.stubEnv('TRAPLINE_CACHE', checkout.cache);
  const files = { static: staticX86, dynamic: dynamicX86, script: '#!/bin/sh\nexit 3\n', notes: 'no program\n' };
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(checkout.work, name), content);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe('in a guest of its own', () => {
  const exec = (arch: string, ...words: string[]) => checkout.run(['exec', '--arch', arch, ...words]);

  test.each([
    ['arm64', 'static', /static is for x86_64, the guest is arm64\. Build it with/],
    ['x86_64', 'dynamic', /dynamic is dynamically linked \(needs \/lib64\/ld-linux-x86-64\.so\.2\).*-static/],
    ['x86_64', 'script', /script is a script for \/bin\/sh, which the guest has not/],
  ])('%s: %s is refused before anything is built', async (arch, program, words) => {
    const ended = await exec(arch, '--', `./${program}`);
    expect(ended).toMatchObject({ code: 2, complaints: [expect.stringMatching(words)] });
    expect(ended.stderr.split('\n').filter(Boolean)).toHaveLength(1);
  });

  test('a console that goes into a pipe is not waited for again', async () => {
    const pipe = path.join(checkout.work, 'console');
    execFileSync('mkfifo', [pipe]);
    const reader = execFile('cat', [pipe]);
    let said = '';
    reader.stdout?.on('data', (text: string) => {
      said += text;
    });
    const end = { record: 'end', step: 0, status: 5, timedOut: false, ms: 5 };
    fake.direct([
      { boot: null },
      { begin: 0 },
      { console: 'a line\r\n' },
      { wait: 0.5 },
      { record: end },
      { wait: 60 },
    ]);
    const where = ['--kernel', `tree:${checkout.tree()}`, '--accel', 'tcg', '--console', pipe];
    const started = checkout.start(['exec', '--arch', 'x86_64', ...where, '--', '/probe']);
    onTestFinished(() => void started.child.kill('SIGKILL'));
    expect(await started.ended).toMatchObject({ code: 5, complaints: [] });
    await vi.waitFor(() => expect(said).toBe('a line\r\n'));
  });

  test.each([
    [
      'before it is up, is infrastructure',
      [],
      3,
      /QEMU ended with status 1: qemu: it broke\. Is the kernel image whole/,
    ],
    [
      'after that, is a guest that was lost',
      [{ boot: null }, { begin: 0 }],
      122,
      /the guest was lost \(emulator-failed\): QEMU ended with status 1: qemu: it broke$/,
    ],
  ])('an emulator that ends %s; its console is shown line by line', async (_, before, code, words) => {
    fake.direct([...before, { console: 'one line\r\nthe other\r\r\n' }, { exit: [1, 'qemu: it broke'] }]);
    const ended = await exec('x86_64', '--kernel', `tree:${checkout.tree()}`, '--accel', 'tcg', '--', '/probe');
    expect(ended).toMatchObject({ code, complaints: [expect.stringMatching(words)] });
    expect(ended.stderr).toMatch(/^one line\nthe other\ntrapline: /m);
  });

  test('what a kernel may know or not is explained when it has failed', async () => {
    const failed = { record: 'end', step: 0, status: 127, timedOut: false, ms: 5 };
    fake.direct([{ boot: null }, { begin: 0 }, { record: failed }, { record: { record: 'done' } }]);
    const ended = await exec('x86_64', '--kernel', `tree:${checkout.tree()}`, '--accel', 'tcg', '--', './notes');
    expect(ended).toMatchObject({
      code: 127,
      complaints: [expect.stringContaining('notes is neither an ELF program')],
    });
  });
});

describe('in a guest that is up', () => {
  const NAME = 'box';
  let guest: SshGuest;
  async function up(started: (command: GuestCommand) => void): Promise<void> {
    guest = await sshGuest(started);
    mkdirSync(checkout.cache, { recursive: true });
    claimGuestName(NAME, NAME);
    const { port, hostKey, privateKey } = guest.address;
    recordGuest(
      NAME,
      'x86_64/with',
      port,
      { publicBlob: hostKey, dropbear: '' as never },
      {
        private: privateKey,
        authorized: '',
      },
    );
  }
  afterEach(() => {
    releaseGuestName(NAME);
    guest.close();
  });

  /** A program that cannot be started, in a guest with these files. */
  const unable =
    (has: readonly string[]) =>
    ({ line, channel, end }: GuestCommand): void => {
      const [, asked] = /^\[ -e (\S+) \]$/.exec(line) ?? [];
      if (asked !== undefined) end(has.includes(asked) ? 0 : 1);
      else if (line.includes('tar -x')) channel.resume().once('end', () => end(0));
      else if (line.includes('mv -f')) end(0);
      else end(127);
    };
  const exec = (...words: string[]) => checkout.run(['exec', '--guest', NAME, ...words]);

  test('a dynamic program is tried, and explained when the guest has no loader for it', async () => {
    await up(unable([]));
    const ended = await exec('--', './dynamic');
    expect(ended).toMatchObject({
      code: 127,
      complaints: [expect.stringMatching(/dynamic is dynamically linked \(needs \/lib64\/.*--with libc6/)],
    });
  });

  test('with a loader there it is the program that has failed', async () => {
    await up(unable(['/lib64/ld-linux-x86-64.so.2', '/bin/sh']));
    expect(await exec('--', './dynamic')).toMatchObject({ code: 127, complaints: [] });
    expect(await exec('--', './script')).toMatchObject({ code: 127, complaints: [] });
    expect(await exec('--', 'nothing-like-it')).toMatchObject({ code: 127, complaints: [] });
  });

  test('Ctrl-C ends copying: 130, at once', async () => {
    await up(({ line, end }) => {
      if (line.includes('rm -rf')) end(0);
    });
    const started = checkout.start(['exec', '--guest', NAME, '--', './static']);
    await vi.waitFor(() => expect(guest.commands).toHaveLength(1), { timeout: 20_000, interval: 20 });
    const before = performance.now();
    started.child.kill('SIGINT');
    expect(await started.ended).toMatchObject({ code: 130, complaints: [] });
    expect(performance.now() - before).toBeLessThan(2000);
    expect(guest.commands.map(({ line }) => line)).toEqual([
      'exec tar -x -f - -C /work',
      expect.stringMatching(/^cd \/work && rm -rf \S+$/),
    ]);
  });

  test('--timeout ends it, and says what took so long: 124', async () => {
    await up(() => {});
    expect(await exec('--timeout', '1', '--fetch', 'trace')).toMatchObject({
      code: 124,
      complaints: [expect.stringContaining('copying the files out of the guest did not end within --timeout')],
    });
  });
});
