// SPDX-License-Identifier: MIT
// Kernel configurations as options and values: where two differ, and what is between them.

/** Option → value as the file has it; what is not set, and what is not there, is `n`. */
export type Options = ReadonlyMap<string, string>;

const NOT_SET = 'n';

export function readOptions(text: string): Options {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, set, value, unset] = /^(?:(CONFIG_\w+)=(.*)|# (CONFIG_\w+) is not set)$/.exec(line.trimEnd()) ?? [];
    if (set !== undefined && value !== undefined) options.set(set, value);
    else if (unset !== undefined) options.set(unset, NOT_SET);
  }
  return options;
}

const optionValue = (options: Options, name: string): string => options.get(name) ?? NOT_SET;

/**
 * Options of different values, in the order of the file: what depends on an option mostly follows it.
 */
export function differing(a: Options, b: Options): string[] {
  const names = [...new Set([...b.keys(), ...a.keys()])];
  return names.filter((name) => optionValue(a, name) !== optionValue(b, name));
}

/** `from` with the named options as `to` has them. */
export function mixed(from: Options, to: Options, names: readonly string[]): Options {
  return new Map([...from, ...names.map((name): [string, string] => [name, optionValue(to, name)])]);
}

/** A fragment that asks for all of it, as far as Kconfig lets it be. */
export function fragmentText(options: Options): string {
  const lines = [...options].map(([name, value]) => (value === NOT_SET ? `# ${name} is not set` : `${name}=${value}`));
  return `# as far as it can be\n${lines.join('\n')}\n`;
}

/** Those of the named options that are not as `wished` in what came out. */
export const notHeld = (wished: Options, made: Options, names: readonly string[]): string[] =>
  names.filter((name) => optionValue(wished, name) !== optionValue(made, name));

/** `CONFIG_X: y and n`: an option in both configurations. */
export const optionText = (name: string, good: Options, bad: Options): string =>
  `${name}: ${optionValue(good, name)} and ${optionValue(bad, name)}`;

/** Parts of a list to try, the largest first: its halves, its quarters, … each of its members. */
export function parts<T>(list: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let count = 2; count < 2 * list.length; count *= 2) {
    const size = Math.ceil(list.length / Math.min(count, list.length));
    for (let start = 0; start < list.length; start += size) found.push(list.slice(start, start + size));
  }
  return found;
}
