// SPDX-License-Identifier: MIT
// A past run's results again, on real guests: the same, another, and as a bundle that needs nothing of this project.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inProject } from '../config/paths.ts';
import { type Ended, runProgram, traplineIn } from '../process/testdata/program.ts';
import { TestTerminal } from '../shell/testdata/terminal.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'trapline-reproduce-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const run = path.join(scratch, 'run');

const command = (program: string, args: readonly string[], env = process.env) =>
  runProgram(program, args, { cwd: scratch, env });
const trapline = traplineIn(scratch);

/** The run with another text in what its probes recorded. */
function altered(name: string, from: string, to: string): string {
  const copy = path.join(scratch, name);
  cpSync(run, copy, { recursive: true });
  const file = path.join(copy, 'x86_64', 'with', 'observations.jsonl');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replaceAll(from, to));
  return copy;
}

beforeAll(async () => {
  const arguments_ = ['--arch', 'x86_64', '--kernel', 'with', '--clause', '4.1,5.4', '--out', run];
  const { status, stderr } = await trapline('run', ...arguments_);
  expect(status, stderr).toBe(0);
});

describe('reproduce', () => {
  test('twice the same, with the rate and its confidence', async () => {
    const { status, stdout, stderr } = await trapline('reproduce', run, '4.1', '--times', '2');
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('one of 6 results in this run');
    expect(stdout).toContain('same: 2 of 2 tries are the same (100 %; 95 % confidence: 34 % to 100 %)');
    expect(readdirSync(scratch)).toEqual(['run']);
  });

  test('another value than the recorded one is told by its place', async () => {
    const copy = altered('altered', '"si_code":6', '"si_code":2');
    const { status, stdout } = await trapline('reproduce', copy, '4.1', '--out', path.join(scratch, 'kept'));
    expect(status).toBe(1);
    expect(stdout).toContain('hit.si_code: recorded 2, seen 6');
    expect(stdout).toMatch(/^different$/m);
    expect(existsSync(path.join(scratch, 'kept', '1', 'console.log'))).toBe(true);
  });

  test('what the run has not is said, with what helps', async () => {
    const nothing = await trapline('reproduce', run, '6.1');
    expect(nothing).toMatchObject({ status: 2, stderr: expect.stringContaining('has no result of clause 6.1') });
    const nowhere = await trapline('reproduce', scratch, '4.1');
    expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringContaining("is no run's folder") });
    const lost = path.join(scratch, 'lost');
    cpSync(run, lost, { recursive: true });
    rmSync(path.join(lost, 'x86_64', 'with', 'observations.jsonl'));
    const unrecorded = await trapline('reproduce', lost, '4.1');
    expect(unrecorded).toMatchObject({ status: 2, stderr: expect.stringContaining('./trapline run --arch x86_64') });
  });

  test('a kernel that its selector does not give any more is not taken for the same', async () => {
    const copy = path.join(scratch, 'other-kernel');
    cpSync(run, copy, { recursive: true });
    const file = path.join(copy, 'report.json');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    report.cells[0].kernel.fingerprint = '0'.repeat(64);
    writeFileSync(file, JSON.stringify(report));
    const { status, stderr } = await trapline('reproduce', copy, '4.1');
    expect(status).toBe(3);
    expect(stderr).toContain('is no longer in the store, and what "with" gives now is another one');
  });
});

describe('under gdb', () => {
  test('it stops where the SIGTRAP is raised, shows the debug registers, and nothing is left behind', async () => {
    const child = execFile(inProject('trapline'), ['reproduce', run, '4.1', '--gdb'], {
      cwd: scratch,
      timeout: 120_000,
    });
    let said = '';
    const hear = (text: string) => {
      said += text;
    };
    child.stdout?.on('data', hear);
    // gdb prints what QEMU answers there.
    child.stderr?.on('data', hear);
    child.stdin?.end('continue\ncontinue\nquit\n');
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status, said).toBe(0);
    expect(said).toMatch(/hit Breakpoint \d+, 0x[0-9a-f]+ in send_sig_perf/);
    expect(said).toMatch(/DR0=0000000000[1-9a-f]/);
    expect(said).toContain('the context is about to be restored');
    const left = execFileSync('sh', ['-c', 'pgrep -af "[g]db.socket" || true'], { encoding: 'utf8' });
    expect(left).toBe('');
  });
});

describe('recorded', () => {
  const recording = path.join(scratch, 'recording');
  const asked = ['reproduce', run, '4.1', '--trigger', 'hw-breakpoint', '--mechanism', 'sigtrap'];

  test('the same to the byte, and to the last register', async () => {
    const made = await trapline(...asked, '--record', recording);
    expect(made.status, made.stdout + made.stderr).toBe(0);
    expect(made.stdout).toContain(`--replay ${recording} --gdb`);
    const again = await trapline(...asked, '--replay', recording);
    expect(again.status, again.stdout + again.stderr).toBe(0);
    expect(again.stdout).toContain('every value the same; the console: the same bytes');
    const file = path.join(recording, 'observations.jsonl');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"sp":"0x7/, '"sp":"0x6'));
    const other = await trapline(...asked, '--replay', recording);
    expect(other).toMatchObject({ status: 1, stdout: expect.stringMatching(/hit\.sp: recorded "0x6\w+", seen "0x7/) });
    writeFileSync(file, text);
  });

  test('from the signal back to its trigger', async () => {
    const commands = 'delete\nbreak send_sig_perf\ncontinue\ntrapline-back\nstepi\nquit\n';
    const { status, stdout } = await new Promise<Ended>((resolve) => {
      const args = [...asked, '--replay', recording, '--gdb'];
      const child = execFile(inProject('trapline'), args, { cwd: scratch, timeout: 240_000 }, (error, out, err) =>
        resolve({ status: error ? 1 : 0, stdout: out + err, stderr: '' }),
      );
      child.stdin?.end(commands);
    });
    expect(status, stdout).toBe(0);
    // A byte is written; one instruction further the processor is in the handler of debug exceptions.
    expect(stdout).toMatch(/instruction \d+ of the recording:\s+=> 0x[0-9a-f]+:\s+mov +%\w+,\(%rdi\)/);
    expect(stdout).toMatch(/asm_exc_debug/);
  });

  test('a recording of another result, or none, is said', async () => {
    const other = await trapline('reproduce', run, '5.4', '--replay', recording);
    expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('is a recording of another clause') });
    const none = await trapline(...asked, '--replay', scratch);
    expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining('holds no recording') });
    const there = await trapline(...asked, '--record', recording);
    expect(there).toMatchObject({ status: 2, stderr: expect.stringContaining('exists already') });
  });
});

describe('in its guest', () => {
  test('one sits before the probe has run, and is told how to run it', async () => {
    const command = [inProject('trapline'), 'reproduce', run, '4.1', '--shell'];
    const terminal = new TestTerminal(command, { rows: 24, columns: 80 });
    try {
      const probe = 'probe 4.1 hw-breakpoint sigtrap';
      await terminal.see(`The probe:  ${probe}\r\n`);
      await terminal.see('x86_64/with:~# ');
      terminal.type(`${probe}; exit\n`);
      await terminal.see('"si_code":6');
      expect(await terminal.closed).toBe(0);
    } finally {
      terminal.close();
    }
  });
});

describe('a bundle', () => {
  const elsewhere = path.join(scratch, 'elsewhere');
  /** No node, nothing of this project. */
  const bare = { PATH: '/usr/bin:/bin', HOME: elsewhere };
  const script = path.join(elsewhere, 'bug', 'reproduce.sh');
  const reproduce = () => command('/bin/sh', [script], bare);

  async function bundle(from: string): Promise<void> {
    const file = path.join(scratch, 'bug.tar.gz');
    const { status, stderr } = await trapline('reproduce', from, '5.4', '--mechanism', 'ptrace', '--bundle', file);
    expect(status, stderr).toBe(0);
    rmSync(elsewhere, { recursive: true, force: true });
    execFileSync('mkdir', [elsewhere]);
    execFileSync('tar', ['xzf', file], { cwd: elsewhere });
    expect(readdirSync(elsewhere)).toEqual(['bug']);
  }

  test('is unpacked elsewhere and shows the same, without the project', async () => {
    await bundle(run);
    const { status, stdout, stderr } = await reproduce();
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('clause     5.4 ');
    expect(stdout).toContain('verdict    deviates: the resume flag');
    expect(stdout).toMatch(/^the same$/m);
    const names = readdirSync(path.join(elsewhere, 'bug'), { recursive: true });
    for (const name of ['initramfs.cpio', 'kernel/image', 'kernel/vmlinux', 'kernel/config', 'recorded/console.log']) {
      expect(names).toContain(name);
    }
    expect(names).toContain('guest/probes/breakpoint_at_new_pc.c');
  });

  test('an image that is not whole is no answer', async () => {
    const image = path.join(elsewhere, 'bug', 'kernel', 'image');
    const whole = readFileSync(image);
    writeFileSync(image, whole.subarray(0, whole.length / 2));
    const { status, stdout } = await reproduce();
    expect(status).toBe(3);
    expect(stdout).toContain('no guest came up; what the console had to say:');
  });

  test('what was recorded otherwise is not the same', async () => {
    await bundle(altered('other', '"resumeFlag":"0x10000"', '"resumeFlag":"0x0"'));
    const { status, stdout } = await reproduce();
    expect(status).toBe(1);
    expect(stdout).toContain('another (what is above differs)');
  });

  test('without the emulator it says what to install', async () => {
    const links = path.join(scratch, 'links');
    execFileSync('mkdir', ['-p', links]);
    for (const tool of ['sh', 'dirname', 'sed']) {
      execFileSync('ln', ['-sf', execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(links, tool)]);
    }
    const { status, stderr } = await command('/bin/sh', [script], { PATH: links });
    expect(status).toBe(3);
    expect(stderr).toContain('apt-get install qemu-system-x86');
  });

  test('its name says what it is', async () => {
    const { status, stderr } = await trapline('reproduce', run, '5.4', '--bundle', path.join(scratch, 'bug.zip'));
    expect(status).toBe(2);
    expect(stderr).toContain('a bundle is a .tar.gz');
  });
});
