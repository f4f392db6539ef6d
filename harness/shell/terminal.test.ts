// SPDX-License-Identifier: MIT
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { attachTerminal, demandTerminal, type Ends } from './terminal.ts';

/** A terminal of this size that notes what is done to it. */
function fake(isTTY = true) {
  const raw: boolean[] = [];
  const input = Object.assign(new EventEmitter(), {
    isTTY,
    resume: () => {},
    pause: () => {},
  });
  const output = Object.assign(new EventEmitter(), { isTTY, rows: 33, columns: 101, write: () => true });
  const makeRaw = () => {
    raw.push(true);
    return () => void raw.push(false);
  };
  return { raw, input, output, ends: { input, output, makeRaw } as unknown as Ends };
}

function attached() {
  const terminal = fake();
  const heard: string[] = [];
  const handle = attachTerminal(terminal.ends, {
    typed: (bytes) => heard.push(bytes.toString('latin1')),
    resized: ({ rows, columns }) => heard.push(`${rows}x${columns}`),
    over: (why) => heard.push(why),
  });
  return { ...terminal, heard, handle };
}

test('every key goes to the guest, Ctrl-C too, and a new size', () => {
  const { input, output, heard, handle, raw } = attached();
  expect(handle.size).toEqual({ rows: 33, columns: 101 });
  input.emit('data', Buffer.from('ls\x03'));
  output.rows = 40;
  output.emit('resize');
  expect(heard).toEqual(['ls\x03', '40x101']);
  handle.detach();
  handle.detach();
  expect(raw).toEqual([true, false]);
});

test('what was typed before the key that leaves goes to the guest, what came after does not', () => {
  const { input, heard, raw } = attached();
  input.emit('data', Buffer.from('exit\r\x1dmore'));
  input.emit('data', Buffer.from('and more'));
  expect(heard).toEqual(['exit\r', 'left']);
  expect(raw).toEqual([true, false]);
});

test.each(['end', 'close', 'error'])('a terminal that is gone is told once: %s', (event) => {
  const { input, output, heard } = attached();
  input.emit(event);
  input.emit('close');
  output.emit('resize');
  expect(heard).toEqual(['closed']);
});

test('without a terminal it says what to use', () => {
  expect(() => demandTerminal(fake(false).ends)).toThrow(/exec --arch/);
  expect(() => demandTerminal(fake().ends)).not.toThrow();
});
