// SPDX-License-Identifier: MIT
// Every way in which a machine can end, told apart; the emulator is a fake that does what the test says.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Machine, type MachineEnd, type MachineHooks, type MachineLimits } from './machine.ts';
import { type Action, FAKE_QEMU, type Fake, makeFake } from './testdata/fake.ts';

const MIB = 2 ** 20;
const DONE = '{"record":"done"}\n';

let fake: Fake;
beforeAll(() => {
  fake = makeFake();
});
afterAll(() => fake.remove());
// A process that was killed is gone a moment later, when the kernel has taken it apart.
afterEach(() => expect.poll(() => fake.alive(), { timeout: 3000 }).toEqual([]));

interface Setting {
  patience?: number;
  hooks?: Partial<MachineHooks>;
  limits?: Partial<MachineLimits>;
  signal?: AbortSignal;
  program?: string;
}

interface Seen {
  end: MachineEnd;
  channel: string;
  console: string;
}

/** Runs the actions; the guest has finished when "done" came on the channel. */
async function run(actions: readonly Action[], setting: Setting = {}): Promise<Seen> {
  fake.direct(actions);
  let channel = '';
  const consoleFile = path.join(fake.folder, 'console.log');
  const machine = new Machine(
    {
      command: [setting.program ?? FAKE_QEMU],
      consoleFile,
      signal: setting.signal,
      limits: { answerSeconds: 0.2, ...setting.limits },
    },
    {
      onChannel: (text) => {
        channel += text;
        return true;
      },
      patience: () => setting.patience ?? 20,
      finished: () => channel.includes(DONE),
      ...setting.hooks,
    },
  );
  const end = await machine.ended;
  return { end, channel, console: readFileSync(consoleFile, 'utf8') };
}

const outcomeOf = async (actions: readonly Action[], setting?: Setting) => {
  const { end } = await run(actions, setting);
  return [end.outcome, end.detail];
};

describe('a machine ends as', () => {
  test('finished: the guest said so and ended; nothing of the channel is lost', async () => {
    const { end, channel, console } = await run([
      { console: 'Linux version 6.1\n' },
      { floodChannel: [1, 'x\n'] },
      { channel: DONE },
    ]);
    expect(end.outcome).toBe('finished');
    expect(end.seconds).toBeGreaterThan(0);
    expect(channel.length).toBe(MIB + DONE.length);
    expect(console).toBe('Linux version 6.1\n');
  });

  test('reset: status 0 without a word', async () => {
    expect(await outcomeOf([{ console: 'booting\n' }])).toEqual(['reset', 'the guest restarted without a word']);
  });

  test('panic: with the line that says so, even when the line is cut', async () => {
    const line = 'Kernel panic - not syncing: Attempted to kill init!';
    expect(await outcomeOf([{ console: `[1.2] ${line}\r\n---[ end ]---\n` }])).toEqual(['panic', `[1.2] ${line}`]);
    expect(await outcomeOf([{ console: line }])).toEqual(['panic', line]);
  });

  test('panic: also when the guest hangs after it', async () => {
    const actions = [{ console: 'Kernel panic - not syncing: hung\n' }, { wait: 60 }];
    const { end } = await run(actions, { limits: { panicSeconds: 0.2 } });
    expect(end.outcome).toBe('panic');
    expect(end.seconds).toBeLessThan(10);
  });

  test('oops: status 0, not finished; an oops that ends in a panic is a panic', async () => {
    expect(await outcomeOf([{ console: 'BUG: kernel NULL pointer dereference, address: 0\n' }])).toEqual([
      'oops',
      'BUG: kernel NULL pointer dereference, address: 0',
    ]);
    expect((await outcomeOf([{ console: 'Oops: 0002 [#1]\nKernel panic - not syncing: Fatal\n' }]))[0]).toBe('panic');
  });

  test('finished, not oops: when a program of the guest merely died of a protection fault', async () => {
    const said = 'traps: probe[61] general protection fault ip:401234 sp:7ffd error:0 in probe\n';
    expect((await outcomeOf([{ console: said }, { channel: DONE }]))[0]).toBe('finished');
  });

  test('silent: idle past its patience', async () => {
    const [outcome, detail] = await outcomeOf([{ channel: 'boot\n' }, { wait: 60 }], { patience: 0.7 });
    expect(outcome).toBe('silent');
    expect(detail).toMatch(/^no progress for 0\.\d s, and the guest was idle$/);
  });

  test('looping: busy past its patience', async () => {
    const [outcome, detail] = await outcomeOf([{ channel: 'boot\n' }, { spin: 60 }], { patience: 1.5 });
    expect(outcome).toBe('looping');
    expect(detail).toContain('while the guest was busy');
  });

  test('silent all the same when it sends noise that is no progress', async () => {
    const noise = Array.from({ length: 40 }, () => [{ channel: 'noise\n' }, { wait: 0.1 }]).flat();
    const { end } = await run(noise, { patience: 0.8, hooks: { onChannel: () => false } });
    expect(end.outcome).toBe('silent');
    expect(end.seconds).toBeLessThan(3.5);
  });

  test('emulator-failed: with the emulator’s own last words', async () => {
    expect(await outcomeOf([{ exit: [1, 'warning: odd\nqemu: could not load kernel'] }])).toEqual([
      'emulator-failed',
      'QEMU ended with status 1: qemu: could not load kernel',
    ]);
    const [outcome, detail] = await outcomeOf([], { program: '/nowhere/qemu' });
    expect(outcome).toBe('emulator-failed');
    expect(detail).toContain('/nowhere/qemu');
  });

  test('stopped: by an interrupt, before or while it runs', async () => {
    const abort = new AbortController();
    const hooks: Partial<MachineHooks> = {
      onChannel: () => {
        abort.abort();
        return true;
      },
    };
    expect(await outcomeOf([{ channel: 'boot\n' }, { wait: 60 }], { signal: abort.signal, hooks })).toEqual([
      'stopped',
      'interrupted',
    ]);
    expect((await outcomeOf([{ wait: 60 }], { signal: abort.signal }))[0]).toBe('stopped');
  });
});

test('a child of the emulator that holds its pipes ends with it', async () => {
  const { end } = await run([{ child: true }, { channel: DONE }]);
  expect(end.outcome).toBe('finished');
  expect(end.seconds).toBeLessThan(10);
});

test('what a hook throws ends the machine and reaches the caller', async () => {
  const hooks: Partial<MachineHooks> = {
    onChannel: () => {
      throw new Error('disk full');
    },
  };
  await expect(run([{ channel: 'boot\n' }, { wait: 60 }], { hooks })).rejects.toThrow('disk full');
});

test('a caller that takes its time holds the guest back, and time does not run against the guest meanwhile', async () => {
  let most = 0;
  let taking = 0;
  let bytes = 0;
  const hooks: Partial<MachineHooks> = {
    onChannel: async (text) => {
      most = Math.max(most, ++taking);
      bytes += text.length;
      await new Promise((resolve) => setTimeout(resolve, bytes < MIB ? 50 : 0));
      taking--;
      return true;
    },
    finished: () => true,
  };
  const { end } = await run([{ floodChannel: [2, 'x\n'] }], { hooks, patience: 20 });
  expect(end.outcome).toBe('finished');
  expect(bytes).toBe(2 * MIB);
  expect(most).toBe(1);
});

describe('a flood', () => {
  test('of the console ends the machine at its limit; the file keeps the start and the end', async () => {
    const limits = { consoleBytes: 6 * MIB };
    const { end, console } = await run([{ console: 'start\n' }, { floodConsole: [300, 'flood\n'] }], { limits });
    expect(end).toMatchObject({ outcome: 'flooding', detail: 'the console printed more than 6 MiB' });
    expect(console.startsWith('start\n')).toBe(true);
    expect(console).toContain('bytes of this console were not kept]');
    expect(statSync(path.join(fake.folder, 'console.log')).size).toBeLessThan(5 * MIB);
  });

  test('of the channel likewise', async () => {
    const { end } = await run([{ floodChannel: [300, 'garbage\n'] }], {
      limits: { channelBytes: 2 * MIB },
      hooks: { onChannel: () => false },
    });
    expect(end).toMatchObject({ outcome: 'flooding', detail: 'the guest sent more than 2 MiB on the channel' });
  });

  test('does not hide the panic at its end', async () => {
    const panic = 'Kernel panic - not syncing: at last\n';
    const { end, console } = await run([{ floodConsole: [5, 'flood\n'] }, { console: panic }]);
    expect(end.outcome).toBe('panic');
    expect(console.endsWith(panic)).toBe(true);
  });
});
