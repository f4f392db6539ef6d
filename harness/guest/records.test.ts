// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { type GuestRecord, RecordReader } from './records.ts';

function read(...chunks: string[]): { records: GuestRecord[]; dropped: number } {
  const records: GuestRecord[] = [];
  const reader = new RecordReader((record) => records.push(record));
  for (const chunk of chunks) reader.add(chunk);
  return { records, dropped: reader.dropped };
}

describe('RecordReader', () => {
  test('puts records together however the bytes were cut', () => {
    const { records, dropped } = read('{"record":"beg', 'in","step":3}\n{"record":"done"}', '\n');
    expect(records).toEqual([{ record: 'begin', step: 3 }, { record: 'done' }]);
    expect(dropped).toBe(0);
  });

  test('drops and counts what is no record, and goes on', () => {
    const { records, dropped } = read(
      'Oops: 0002\n{"record":"end"}\n{"record":"output","step":1,"stream":1,"hex":"zz"}\n{"record":"done"}\n',
    );
    expect(records).toEqual([{ record: 'done' }]);
    expect(dropped).toBe(3);
  });

  test('does not grow with a line that never ends', () => {
    const { records, dropped } = read('x'.repeat(70_000), 'x'.repeat(70_000), '\n{"record":"done"}\n');
    expect(records).toEqual([{ record: 'done' }]);
    expect(dropped).toBeGreaterThan(0);
  });
});
