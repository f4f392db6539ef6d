// SPDX-License-Identifier: MIT
// A crash's addresses → file and line, by vmlinux: `nm` says where a symbol is, `addr2line` what lies there.
import { existsSync } from 'node:fs';
import type { Crash, Frame } from '../outcome/crash.ts';
import { runCommand } from '../process/command.ts';
import { onPath } from '../process/requirements.ts';
import { isBehind } from './frames.ts';

export interface Binutils {
  /** The programs' names, of the architecture's toolchain. */
  readonly nm: string;
  readonly addr2line: string;
  readonly vmlinux: string;
}

interface Address {
  readonly symbol: string;
  readonly offset: bigint;
  /** Up to the next symbol; the same name may be there several times. */
  readonly size: bigint;
}

const KEEP = 64 * 1024 * 1024;

function addressOf(text: string): Address | undefined {
  const [, symbol, offset, size] = /^(.+)\+0x([0-9a-f]+)\/0x([0-9a-f]+)$/.exec(text) ?? [];
  if (symbol === undefined) return undefined;
  return { symbol, offset: BigInt(`0x${offset}`), size: BigInt(`0x${size}`) };
}

/** Where each symbol is, with its size as kallsyms counts it: to the next address that has one. */
export function readSymbols(
  listing: string,
  wanted: ReadonlySet<string>,
): Map<string, { address: bigint; size: bigint }[]> {
  const found = new Map<string, { address: bigint; size: bigint }[]>();
  let open: { address: bigint; size: bigint }[] = [];
  for (const line of listing.split('\n')) {
    const [, digits, kind, listed = ''] = /^([0-9a-f]+) ([A-Za-z]) (.+)$/.exec(line) ?? [];
    // Where functions have descriptors the code's own symbol begins with a dot; "a" is a number, no address.
    if (digits === undefined || !/[tw]/i.test(kind ?? '')) continue;
    const address = BigInt(`0x${digits}`);
    for (const one of open) one.size = address - one.address;
    if (open.length > 0 && open[0]?.address !== address) open = [];
    const name = wanted.has(listed) ? listed : listed.replace(/^\./, '');
    if (!wanted.has(name)) continue;
    const symbol = { address, size: 0n };
    open.push(symbol);
    found.set(name, [...(found.get(name) ?? []), symbol]);
  }
  return found;
}

/** addr2line's answers (-a -f -i) by address: `file:line (function)`, innermost first; what it does not know is left out. */
export function readPlaces(output: string): Map<bigint, string[]> {
  const found = new Map<bigint, string[]>();
  let own: string[] = [];
  let name = '';
  for (const line of output.split('\n')) {
    if (/^0x[0-9a-f]+$/.test(line)) {
      own = [];
      found.set(BigInt(line), own);
      name = '';
    } else if (name === '') name = line;
    else {
      // Built in a tree of ours, by whichever builder.
      const place = line
        .replace(/^.*\/tree\//, '')
        .replace(/^\.\//, '')
        .replace(/ \(discriminator \d+\)$/, '');
      if (!/^\?\?|:(?:\?|0)$/.test(place)) own.push(`${place} (${name})`);
      name = '';
    }
  }
  return found;
}

interface Wanted {
  readonly frame: Frame;
  /** Its address is behind its call: what lies before it is the call. */
  readonly caller: boolean;
}

const framesOf = (crash: Crash): Wanted[] => [
  ...(crash.at ? [{ frame: crash.at, caller: isBehind(crash.text) }] : []),
  ...crash.trace.map((frame) => ({ frame, caller: true })),
];

/**
 * The crashes with their places, as far as vmlinux has them; unchanged where it or its tools are missing: a report
 * without lines is better than none.
 */
export async function withPlaces(crashes: readonly Crash[], { nm, addr2line, vmlinux }: Binutils): Promise<Crash[]> {
  const wanted = crashes.flatMap(framesOf);
  const names = new Set(wanted.flatMap(({ frame }) => addressOf(frame.symbol)?.symbol ?? []));
  if (names.size === 0 || !existsSync(vmlinux) || !onPath(nm) || !onPath(addr2line)) return [...crashes];
  const listing = await runCommand(nm, ['-n', vmlinux], { keepBytes: KEEP });
  if (listing.exitCode !== 0) return [...crashes];
  const symbols = readSymbols(listing.stdout, names);
  const lookUp = ({ frame, caller }: Wanted): bigint | undefined => {
    const address = addressOf(frame.symbol);
    const known = symbols.get(address?.symbol ?? '') ?? [];
    const fitting = known.filter(({ size }) => size === address?.size);
    const [one, ...more] = fitting.length > 0 ? fitting : known;
    // Of several that fit equally well none is told: a wrong line is worse than none.
    if (!address || !one || more.length > 0) return undefined;
    return one.address + address.offset - (caller && address.offset > 0n ? 1n : 0n);
  };
  const addresses = [...new Set(wanted.flatMap((one) => lookUp(one) ?? []))];
  const asked = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
  const answer = await runCommand(addr2line, ['-e', vmlinux, '-a', '-f', '-i'], { input: asked, keepBytes: KEEP });
  if (answer.exitCode !== 0) return [...crashes];
  const places = readPlaces(answer.stdout);
  const placed = (frame: Frame, caller: boolean): Frame => {
    const address = lookUp({ frame, caller });
    // mips' nm extends the sign of 32-bit addresses to 64 bits, and its addr2line answers with 32.
    const own = address === undefined ? undefined : (places.get(address) ?? places.get(BigInt.asUintN(32, address)));
    return own && own.length > 0 ? { ...frame, places: own } : frame;
  };
  return crashes.map((crash) => ({
    ...crash,
    ...(crash.at ? { at: placed(crash.at, isBehind(crash.text)) } : {}),
    trace: crash.trace.map((frame) => placed(frame, true)),
  }));
}
