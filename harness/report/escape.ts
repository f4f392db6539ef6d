// SPDX-License-Identifier: MIT
// Guest bytes are not trusted: nothing a guest printed may steer the terminal or break a format.

import { visible } from '../outcome/visible.ts';

export { visible };

const TWO_COLUMNS =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000\uff01-\uff60]/gu;

/** Terminal columns that a `visible` text takes. */
export function columnsOf(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length + (text.match(TWO_COLUMNS)?.length ?? 0);
}

/** `visible`, and no wider than `limit` columns; what was cut off is marked. */
export function oneLine(text: string, limit: number): string {
  // Anything beyond four code units a column would be cut off anyway: bounds the work on a flood.
  const shown = visible(text.slice(0, limit * 4 + 4));
  if (columnsOf(shown) <= limit && text.length <= limit * 4 + 4) return shown;
  let kept = '';
  let columns = 0;
  for (const character of shown) {
    columns += columnsOf(character);
    if (columns > limit - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

const XML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** For XML 1.0 text and attributes. `visible` leaves none of the characters that XML forbids even as references. */
export function xmlText(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => XML_ENTITIES[character] as string);
}

/** For a line of KTAP, where `#` begins the directive. */
export function ktapText(text: string): string {
  return visible(text).replaceAll('#', '\\x23');
}

/** For running text and table cells of GitHub's Markdown. An underscore inside a word means nothing there. */
export function markdownText(text: string): string {
  return visible(text).replace(/[\\`*[\]<>|~&#$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
}

/** Observed values as `key=value key=value`, at most `limit` columns. */
export function compactValues(observed: Record<string, unknown>, limit: number): string {
  const values = Object.entries(observed).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return oneLine(values.join(' '), limit);
}

/** Breaks a line at spaces into lines of at most `width` columns; a longer word is broken anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columnsOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (columnsOf(line + character) > width) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  lines.push(line);
  return lines;
}
