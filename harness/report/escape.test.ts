// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { columnsOf, compactValues, ktapText, markdownText, oneLine, visible, wrap, xmlText } from './escape.ts';

describe('visible', () => {
  it('spells out what a terminal would obey', () => {
    expect(visible('\x1b[2J\r\n\t\0\x7f\u009b')).toBe('\\x1b[2J\\r\\n\\t\\x00\\x7f\\x9b');
  });
  it('spells out bidirectional overrides, line separators, noncharacters and lone surrogates', () => {
    expect(visible('\u202e\u2028\ufffe\ud800x\udc00')).toBe('\\u{202e}\\u{2028}\\u{fffe}\\u{d800}x\\u{dc00}');
  });
  it('leaves printable text alone', () => {
    expect(visible('nPC ≠ PC + 4, déjà 😀')).toBe('nPC ≠ PC + 4, déjà 😀');
  });
});

describe('oneLine', () => {
  it('keeps what fits and marks what it cuts', () => {
    expect(oneLine('abcde', 5)).toBe('abcde');
    expect(oneLine('abcdef', 5)).toBe('abcd…');
  });
  it('counts the columns of wide characters and of escapes', () => {
    expect(columnsOf(oneLine('漢'.repeat(50), 11))).toBeLessThanOrEqual(11);
    expect(oneLine('\x1b\x1b\x1b', 9)).toBe('\\x1b\\x1b…');
  });
  it('is cut to its width however much there is', () => {
    expect(columnsOf(oneLine('\x1b'.repeat(50_000_000), 80))).toBe(80);
  });
});

it('xmlText leaves no markup and no quote', () => {
  expect(xmlText(`]]><a b="c" d='e'>&\x00`)).toBe(']]&gt;&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;\\x00');
});

it('ktapText cannot begin a directive or a line', () => {
  expect(ktapText('x # SKIP\nnot ok 1')).toBe('x \\x23 SKIP\\nnot ok 1');
});

it('markdownText escapes pipes, backticks and emphasis, and leaves x86_64 readable', () => {
  expect(markdownText('x86_64 | `a` *b* _c_ <d>')).toBe('x86_64 \\| \\`a\\` \\*b\\* \\_c\\_ \\<d\\>');
});

it('compactValues shows nested values and is bounded', () => {
  expect(compactValues({ hits: 3, pcs: ['0x1', '0x2'], why: 'x' }, 80)).toBe('hits=3 pcs=["0x1","0x2"] why=x');
  expect(columnsOf(compactValues({ a: 'x'.repeat(1e6) }, 80))).toBe(80);
});

describe('wrap', () => {
  it('breaks at spaces, and inside a word that is too long', () => {
    expect(wrap('aa bb cccccc', 5)).toEqual(['aa bb', 'ccccc', 'c']);
  });
  it('keeps every character', () => {
    const text = 'one two three four five six seven';
    expect(wrap(text, 9).join(' ')).toBe(text);
  });
});
