// SPDX-License-Identifier: MIT
// Text that may hold a guest's bytes, made fit for a terminal: nothing a guest printed may steer it.

// Control, format (bidirectional overrides among them), lone surrogates, private and unassigned code points.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
function spell(character: string): string {
  const named = NAMED[character];
  if (named) return named;
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** One line of printable characters: everything else is spelled out, `\x1b`, `\n`, `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(UNPRINTABLE, spell);
}
