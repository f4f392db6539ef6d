// SPDX-License-Identifier: MIT
// reproduce.sh of a bundle, by the shells that a reader may have, with a toy for the emulator.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clauses } from '../../specs/clauses.ts';
import type { Observation } from '../judge/observation.ts';
import { cellReport, clauseResult } from '../outcome/fixture.ts';
import { onPath } from '../process/requirements.ts';
import { reproduceScript } from './bundle-script.ts';
import { differences, VARYING, VARYING_RECORDS } from './differences.ts';

const exited = { kind: 'exited', status: 0, seconds: 1 } as const;
const clause = clauses.find(({ id }) => id === '3.1');

/** dash, and busybox with its own sed and grep; one that is not installed is not asked. */
const shells = ['dash', 'busybox'].filter(onPath);

let folder: string;
const at = (...parts: string[]) => path.join(folder, ...parts);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trapline-script-'));
  for (const name of ['bin', 'busybox', 'bundle', 'bundle/recorded']) mkdirSync(at(name));
  const tools = ['sh', 'sed', 'grep', 'tr', 'sort', 'cmp', 'cat', 'mktemp', 'rm', 'dirname', 'tail'];
  const busybox = spawnSync('which', ['busybox'], { encoding: 'utf8' }).stdout.trim();
  for (const name of tools) symlinkSync(busybox || '/nowhere', at('busybox', name));
});
afterEach(() => rmSync(folder, { recursive: true }));

const boot = { record: 'boot', release: '6.1.7' };
const textOf = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');
const channel = (observations: readonly Observation[]): string =>
  textOf([
    boot,
    ...observations.map((seen) => ({ record: 'observation', step: 1, seen })),
    { record: 'end', step: 1, status: 0, timedOut: false, ms: 7 },
  ]);

/** Runs the script of what was recorded on a machine that says this. */
function reproduce(
  shell: string,
  recorded: readonly Observation[],
  seen: readonly Observation[],
  console = '',
  { before = channel(recorded), now = channel(seen) } = {},
) {
  if (!clause) throw new Error('no clause 3.1');
  const evidence = { clause: '3.1', trigger: 'hw-breakpoint', mechanism: 'sigtrap', observations: recorded } as const;
  const script = reproduceScript({
    command: ['toy-emulator', '-no-reboot'],
    package: 'toy',
    version: '7.2',
    withSources: undefined,
    recorded: {
      cell: cellReport('x86_64', 'with', []),
      result: clauseResult('3.1'),
      others: 0,
      clause,
      evidence: { ...evidence, observations: [...recorded], ending: exited },
      control: [],
      folder,
      guest: undefined,
    },
  });
  writeFileSync(at('bundle/reproduce.sh'), script);
  writeFileSync(at('bundle/recorded/probe.jsonl'), before);
  writeFileSync(at('channel'), now);
  writeFileSync(at('console'), console);
  const toy = `#!/bin/sh\ncase $1 in --version) echo 'toy 7.2' ;; *) cat ${at('channel')} >&3; cat ${at('console')} ;; esac\n`;
  writeFileSync(at('bin/toy-emulator'), toy);
  chmodSync(at('bin/toy-emulator'), 0o755);
  // The script looks for the emulator's end every second.
  writeFileSync(at('bin/sleep'), '#!/bin/sh\nexec /bin/sleep 0.05\n');
  chmodSync(at('bin/sleep'), 0o755);
  const search = `${at('bin')}:${shell === 'busybox' ? at('busybox') : '/usr/bin:/bin'}`;
  const command = shell === 'busybox' ? at('busybox/sh') : shell;
  const { status, stdout, stderr } = spawnSync(command, [at('bundle/reproduce.sh')], {
    encoding: 'utf8',
    env: { PATH: search, TMPDIR: folder },
  });
  return { status, said: stdout + stderr };
}

describe.each(shells)('%s', (shell) => {
  test('forgets what differs from boot to boot, and exactly that', () => {
    const record = (value: number): Observation[] => [
      { what: 'numbers', ...Object.fromEntries(VARYING.map((name) => [name, value])), last: 1 },
      { what: 'arrays', ...Object.fromEntries(VARYING.map((name) => [name, [value, 0, value]])), last: [1, 2] },
      { what: 'hit', pc: '0x401000', flags: `0x${value}`, rax: `0x${value}` },
      ...VARYING_RECORDS.map((what) => ({ what, count: value })),
    ];
    const [recorded, seen] = [record(3), record(4)];
    const then = { observations: recorded, ending: exited };
    expect(differences(then, { observations: seen, ending: exited }).every(({ varies }) => varies)).toBe(true);
    const same = reproduce(shell, recorded, seen);
    expect(same.said).toMatch(/^the same$/m);
    expect(same.status).toBe(0);
    expect(same.said).toContain('"missed":"*","doubled":"*",');
    expect(same.said).toContain('"last":[1,2]}');
  });

  test.each<[string, Observation, Observation]>([
    ['a value', { what: 'hit', missed: [1, 2], count: 3 }, { what: 'hit', missed: [1, 2], count: 4 }],
    ['an array', { what: 'hit', missed: 0, counts: [1, 2] }, { what: 'hit', missed: 0, counts: [1, 3] }],
    [
      'a value behind a text that is called flags',
      { what: 'nested', flags: 'nodefer', stops: 2 },
      { what: 'nested', flags: 'nodefer', stops: 1 },
    ],
  ])('%s that is another is told', (_, recorded, seen) => {
    const found = differences({ observations: [recorded], ending: exited }, { observations: [seen], ending: exited });
    expect(found.some(({ varies }) => !varies)).toBe(true);
    expect(reproduce(shell, [recorded], [seen]).status).toBe(1);
  });

  test('a guest that does not come up is no answer, whatever was recorded', () => {
    // The probe was lost before it recorded anything.
    const lost = { before: '', now: textOf([boot]) };
    expect(reproduce(shell, [], [], '', lost).status).toBe(0);
    const dead = reproduce(shell, [], [], 'qemu: no\n', { ...lost, now: '' });
    expect(dead.said).toMatch(/^no guest came up.*:\n {2}qemu: no$/m);
    expect(dead.status).toBe(3);
  });

  const place = 'at kernel/events/core.c:12429 __do_sys_perf_event_open+0x59/0x93a';
  const warned = { what: 'kernel-warning', line: `WARNING: CPU: 1 PID: 30 ${place}` };
  const hit = { what: 'hit', mask: 1 };

  test('a warning is looked for on the console, by kind and place', () => {
    const again = reproduce(shell, [warned, hit], [hit], `\r\n[    1.5] WARNING: CPU: 0 PID: 29 ${place}\r\n`);
    expect(again.said).toContain(`the kernel warned, and does again: WARNING: CPU: 1 PID: 30 ${place}\n`);
    expect(again.said).toMatch(/^the same$/m);
    expect(again.status).toBe(0);
  });

  test('a warning that does not come, or comes of another place, is told', () => {
    const elsewhere = `WARNING: CPU: 1 PID: 30 ${place}\n`.replace('core.c', 'core_c');
    const another = reproduce(shell, [warned, hit], [hit], elsewhere);
    expect(another.said).toContain('the kernel warned, and does not now: WARNING');
    expect(another.status).toBe(1);
  });

  test('a warning that was not recorded is none of its business', () => {
    expect(reproduce(shell, [hit], [hit], `${warned.line}\n`)).toMatchObject({
      status: 0,
      said: expect.stringMatching(/^the same$/m),
    });
  });

  test('whatever a warning says is text to the shell and to grep', () => {
    const line = `WARNING: CPU: 0 PID: 1 at 'a'.c:1 $(exit 9) \\1 [x]* "^$" µ end`;
    const strange = [{ what: 'kernel-warning', line }, hit];
    expect(reproduce(shell, strange, [hit], `${line}\n`)).toMatchObject({ status: 0 });
  });
});
