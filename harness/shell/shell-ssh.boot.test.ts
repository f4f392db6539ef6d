// SPDX-License-Identifier: MIT
// A real guest reached by ssh: from its own terminal, by exec, and by OpenSSH; and by nobody under a wrong key.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inCache, inProject } from '../config/paths.ts';
import { makeHostKey } from '../guest/keys.ts';
import { TestTerminal } from './testdata/terminal.ts';

const NAME = `test-${process.pid}`;
const CTRL_C = '\x03';
const work = mkdtempSync(path.join(tmpdir(), 'trapline-ssh-'));
const temporary = path.join(work, 'tmp');
const environment = { ...process.env, TMPDIR: temporary };
const prompt = 'x86_64/with:~# ';
let terminal: TestTerminal;

beforeAll(async () => {
  execFileSync('mkdir', [temporary]);
  const command = [inProject('trapline'), 'shell', '--arch', 'x86_64', '--ssh', '--name', NAME];
  terminal = new TestTerminal(command, { rows: 33, columns: 101 }, environment);
  await terminal.see(prompt, 1100);
});
afterAll(() => {
  terminal.close();
  rmSync(work, { recursive: true, force: true });
});

interface Ended {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function command(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: work, env: environment, maxBuffer: 64 << 20, encoding: 'buffer' } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      const status = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ status, stdout, stderr: stderr.toString('utf8') });
    });
  });
}
const inGuest = (...args: string[]) => command(inProject('trapline'), ['exec', '--guest', NAME, ...args]);
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

describe('its own terminal', () => {
  test('has the size, also a new one, and Ctrl-C ends what runs there', async () => {
    terminal.type('stty size; echo $TERM\n');
    expect(await terminal.see(prompt)).toMatch(/\r\n33 101\r\nvt102\r\n/);
    terminal.resize({ rows: 40, columns: 120 });
    terminal.type('sleep 1; stty size\n');
    await terminal.see('\r\n40 120\r\n');
    await terminal.see(prompt);
    terminal.type('sleep 1000\n');
    await terminal.see('1000\r\n');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    terminal.type(CTRL_C);
    await terminal.see(prompt, 20);
  });
});

describe('exec in a guest that is up', { timeout: 240_000 }, () => {
  test('passes on output and status, of several commands at once too', async () => {
    const each = await Promise.all([0, 1, 42].map((status) => inGuest('--', 'sh', '-c', `echo it; exit ${status}`)));
    expect(each.map(({ status }) => status)).toEqual([0, 1, 42]);
    expect(each[2]?.stdout.toString()).toBe('it\n');
    const said = await inGuest('--', 'sh', '-c', 'echo "$1" >&2', 'sh', 'a  b\'c "d"');
    expect(said).toMatchObject({ status: 0, stderr: 'a  b\'c "d"\n' });
    expect((await inGuest('--', 'nothing-like-it')).status).toBe(127);
  });

  test('programs and shells find their own descriptors below /dev', async () => {
    const traced = await inGuest('--', 'strace', '-o', '/dev/stdout', 'true');
    expect(traced).toMatchObject({ status: 0, stderr: '' });
    expect(traced.stdout.toString()).toContain('exited with 0');
    const joined = await inGuest('--', 'sh', '-c', 'cat <(echo a) /dev/stdin; echo b >/dev/stderr');
    expect({ ...joined, stdout: joined.stdout.toString() }).toEqual({ status: 0, stdout: 'a\n', stderr: 'b\n' });
  });

  test('everyday programs of scripts are there: parts of a second, sums', async () => {
    const ran = await inGuest('--', 'sh', '-c', 'sleep 0.2 && timeout 5.5 printf abc | sha1sum | fold -w 40');
    expect({ ...ran, stdout: ran.stdout.toString() }).toEqual({
      status: 0,
      stdout: 'a9993e364706816aba3e25717850c26c9cd0d89d\n  -\n',
      stderr: '',
    });
  });

  test('a signal that ended the program is its status, those that ssh has no name for too', async () => {
    expect((await inGuest('--', 'sh', '-c', 'kill -SEGV $$')).status).toBe(139);
    expect((await inGuest('--', 'sh', '-c', 'kill -TRAP $$')).status).toBe(133);
    expect(await inGuest('--timeout', '2', '--', 'sleep', '1000')).toMatchObject({ status: 124 });
    const left = await inGuest('--', 'pidof', 'sleep');
    expect(left.stdout.toString()).toBe('');
  });

  test('Ctrl-C reaches the program', async () => {
    const args = [
      'exec',
      '--guest',
      NAME,
      '--',
      'sh',
      '-c',
      'trap "echo got-it >/tmp/got; exit" INT; echo up; while :; do sleep 1; done',
    ];
    const child = spawn(inProject('trapline'), args, {
      cwd: work,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130);
    expect((await inGuest('--', 'cat', '/tmp/got')).stdout.toString()).toBe('got-it\n');
  });

  test('files get in and out, and megabytes of output, without loss', async () => {
    const content = Buffer.alloc(6_000_000, 'all of it, in its order ');
    for (let at = 0; at < content.length; at += 1000) content.writeUInt32LE(at, at);
    writeFileSync(path.join(work, 'in.bin'), content);
    const sum = await inGuest('--file', 'in.bin', '--', 'sha256sum', 'in.bin');
    expect(sum.stdout.toString().slice(0, 64)).toBe(sha256(content));
    const printed = await inGuest('--', 'cat', 'in.bin');
    expect(sha256(printed.stdout)).toBe(sha256(content));
    const fetched = await inGuest('--fetch', 'out.bin', '--', 'cp', 'in.bin', 'out.bin');
    expect(fetched).toMatchObject({ status: 0, stderr: '' });
    expect(sha256(readFileSync(path.join(work, 'out.bin')))).toBe(sha256(content));
    const none = await inGuest('--fetch', '/nowhere');
    expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining('/nowhere was not copied') });
    expect(await inGuest('--fetch', '/proc')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no plain file'),
    });
    expect(readdirSync(work).sort()).toEqual(['in.bin', 'out.bin', 'tmp']);
  });

  test('a probe is a command', async () => {
    const probe = await inGuest('--', 'probe', '4.1', 'trap-instruction', 'none');
    expect(probe.stdout.toString()).toContain('"what":"hit"');
  });
});

describe('who else gets in', () => {
  test('OpenSSH by the command that was printed', async () => {
    const line = /From another terminal: {2}(ssh .*)\r\n/.exec(terminal.shown)?.[1] ?? '';
    const { status, stdout } = await command('sh', ['-c', `${line} 'uname -s; exit 7' </dev/null`]);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 7, stdout: 'Linux\n' });
  });

  test('nobody without the key; and a server with another key is refused', async () => {
    const folder = inCache('guests', NAME);
    const record = JSON.parse(readFileSync(path.join(folder, 'guest.json'), 'utf8'));
    const options = ['-p', String(record.port), '-F', 'none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'];
    const known = path.join(work, 'tmp', 'known');
    const stranger = await command('ssh', [...options, '-o', `UserKnownHostsFile=${known}`, 'root@127.0.0.1', 'true']);
    rmSync(known, { force: true });
    expect(stranger).toMatchObject({ status: 255, stderr: expect.stringContaining('Permission denied') });

    const whole = readFileSync(path.join(folder, 'guest.json'));
    const hostKey = makeHostKey().publicBlob.toString('base64');
    writeFileSync(path.join(folder, 'guest.json'), JSON.stringify({ ...record, hostKey }));
    const refused = await inGuest('--', 'true');
    writeFileSync(path.join(folder, 'guest.json'), whole);
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('has not the key that was made for') });
  });

  test('a name that is taken, and one that nobody has', async () => {
    const again = new TestTerminal(
      [inProject('trapline'), 'shell', '--arch', 'x86_64', '--ssh', '--name', NAME],
      { rows: 24, columns: 80 },
      environment,
    );
    await again.see(`a guest called ${NAME} is up already`);
    expect(await again.closed).toBe(2);
    const nobody = await command(inProject('trapline'), ['exec', '--guest', 'nobody', '--', 'true']);
    expect(nobody).toMatchObject({ status: 2, stderr: expect.stringContaining(`up are: ${NAME}`) });
  });
});

test('"poweroff" from elsewhere ends it, and nothing is left', async () => {
  await inGuest('--', 'poweroff');
  expect(await terminal.closed).toBe(0);
  expect(existsSync(inCache('guests', NAME))).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
  const left = execFileSync('sh', ['-c', `pgrep -af "qemu-system.*[-]initrd ${temporary}" || true`], {
    encoding: 'utf8',
  });
  expect(left).toBe('');
});

test('one whose emulator is killed is lost: 122', { timeout: 240_000 }, async () => {
  const args = ['shell', '--arch', 'x86_64', '--ssh', '--name', `${NAME}-lost`];
  const lost = new TestTerminal([inProject('trapline'), ...args], { rows: 33, columns: 101 }, environment);
  try {
    await lost.see(prompt);
    execFileSync('pkill', ['-KILL', '-P', String(lost.pid), 'qemu-system']);
    await lost.see('\r\ntrapline: the guest was lost (emulator-failed): QEMU ended with SIGKILL');
    expect(await lost.closed).toBe(122);
    expect(lost.shown).not.toContain('\\r');
  } finally {
    lost.close();
  }
});
