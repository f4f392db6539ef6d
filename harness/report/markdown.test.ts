// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { fullReport, HOSTILE, hostileReport } from './fixture.ts';
import { renderMarkdown } from './markdown.ts';

/** Cells of a table row as GitHub cuts them: at pipes that no backslash escapes. */
const cut = (line: string) => line.replace(/\\\\/g, '').split(/(?<!\\)\|/).length;

/** Every table of the text, as its lines. */
function tables(text: string): string[][] {
  const found: string[][] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    const isRow = line.startsWith('|');
    if (isRow && !inside) found.push([]);
    if (isRow) found.at(-1)?.push(line);
    inside = isRow;
  }
  return found;
}

describe('the full report', () => {
  const report = fullReport();
  const text = renderMarkdown(report);
  it('has both matrices and a table for each cell', () => {
    expect(tables(text).map((rows) => rows.length - 2)).toEqual([
      6,
      4,
      ...report.cells.map((cell) => cell.clauses.length),
    ]);
    expect(text).toContain('| 4 from the triggering PC to the handler | deviates 4/5 ! | absent 0/9 |');
    expect(text).toContain('## x86_64/without');
  });
  it('has rows as wide as their headings', () => {
    for (const rows of tables(text)) expect(new Set(rows.map(cut)).size).toBe(1);
  });
  it('names what is not as expected, with its command', () => {
    expect(text).toMatch(/^- x86_64\/with 5\.4 .*\*\*unexpected pass\*\*.*\.\/trapline reproduce results\/r1 5\.4/m);
  });
});

it('takes no pipe, backtick, tag or line from a guest', () => {
  const text = renderMarkdown(hostileReport());
  for (const rows of tables(text)) expect(new Set(rows.map(cut)).size).toBe(1);
  const unescaped = text.replace(/\\./g, '').replaceAll('<br>', '');
  expect(unescaped).not.toMatch(/[`<>[\]]/);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(HOSTILE).toContain('\n');
  expect(text).not.toMatch(/^ok 99/m);
});
