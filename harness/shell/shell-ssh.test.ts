// SPDX-License-Identifier: MIT
// Somebody sits in a shell by ssh, at a terminal that shows nothing for a while.
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { connect } from '../guest/ssh.ts';
import { sit } from './shell-ssh.ts';
import type { Ends } from './terminal.ts';
import { type SshGuest, sshGuest } from './testdata/ssh-guest.ts';

let guest: SshGuest;
afterEach(() => guest.close());

const PRINTED_BYTES = 32 << 20;
/** Far more than one piece of a channel's data. */
const SHOWN_AT_ONCE = 1 << 20;

function slowTerminal() {
  const input = Object.assign(new EventEmitter(), { isTTY: true, resume: () => {}, pause: () => {} });
  const output = Object.assign(new EventEmitter(), { isTTY: true, rows: 24, columns: 80, shown: 0, stuck: true });
  const write = (bytes: Buffer | string): boolean => {
    output.shown += bytes.length;
    return !output.stuck;
  };
  const ends = { input, output: Object.assign(output, { write }), makeRaw: () => () => {} } as unknown as Ends;
  return { input, output, ends };
}

async function sitting() {
  guest = await sshGuest(({ channel, end }) => {
    for (let left = PRINTED_BYTES; left > 0; left -= 1 << 20) channel.write(Buffer.alloc(1 << 20, '.'));
    end(0);
  });
  const terminal = slowTerminal();
  const client = await connect(guest.address, 5);
  const over = sit(client, terminal.ends, new AbortController().signal).finally(() => client.end());
  await vi.waitFor(() => expect(terminal.output.shown).toBeGreaterThan(0), { timeout: 5000, interval: 10 });
  return { ...terminal, over };
}

test('what a terminal cannot show yet stays in the guest, and all of it comes in the end', async () => {
  const { output, over } = await sitting();
  await sleep(500);
  expect(output.shown).toBeLessThan(SHOWN_AT_ONCE);
  output.stuck = false;
  output.emit('drain');
  expect(await over).toBe('ended');
  expect(output.shown).toBe(PRINTED_BYTES);
  expect(output.listenerCount('drain')).toBe(0);
});

test('the key that leaves does so all the same', async () => {
  const { input, output, over } = await sitting();
  input.emit('data', Buffer.from('\x1d'));
  expect(await over).toBe('left');
  expect(output.shown).toBeLessThan(SHOWN_AT_ONCE);
});
