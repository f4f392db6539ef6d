// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Crash } from '../outcome/crash.ts';
import { withScratch } from '../store/temporary.ts';
import { readPlaces, readSymbols, withPlaces } from './symbols.ts';

const PLAIN = { nm: 'nm', addr2line: 'addr2line' };

const SOURCE = `volatile int *volatile where;
static inline __attribute__((always_inline)) void deepest(void)
{
	*where = 1;
}

__attribute__((noipa)) void faulty(void)
{
	deepest();
}

void caller(void)
{
	faulty();
	__asm__ volatile("nop");
}
`;

const crash = (at: string, trace: readonly string[]): Crash => ({
  kind: 'null-dereference',
  severity: 'oops',
  line: 'BUG: kernel NULL pointer dereference',
  at: { symbol: at },
  trace: trace.map((symbol) => ({ symbol })),
  text: `RIP: 0010:${at}`,
});

test('program counter and callers have file and line, the innermost inlined function first', async () => {
  await withScratch(async (scratch) => {
    const tree = path.join(scratch, 'tree', 'kernel');
    mkdirSync(tree, { recursive: true });
    writeFileSync(path.join(tree, 'toy.c'), SOURCE);
    const vmlinux = path.join(scratch, 'vmlinux');
    const flags = ['-g', '-O1', '-fno-optimize-sibling-calls', '-nostdlib', '-static'];
    execFileSync('gcc', [...flags, '-Wl,-e,caller', '-Wl,--build-id=none', '-o', vmlinux, path.join(tree, 'toy.c')]);
    const listed = execFileSync('objdump', ['-d', '--no-show-raw-insn', vmlinux], { encoding: 'utf8' });
    const place = (pattern: RegExp): number => Number.parseInt(pattern.exec(listed)?.[1] ?? '', 16);
    const faulty = place(/^([0-9a-f]+) <faulty>:/m);
    const callerAt = place(/^([0-9a-f]+) <caller>:/m);
    // The store, and where the call returns to.
    const store = place(/^ *([0-9a-f]+):\s+movl .*\(%/m) - faulty;
    const back = place(/call +.*\n +([0-9a-f]+):/m) - callerAt;
    const hex = (value: number) => `0x${value.toString(16)}`;
    const at = `faulty+${hex(store)}/${hex(callerAt - faulty)}`;
    const called = `caller+${hex(back)}/0x10`;
    const [found] = await withPlaces([crash(at, [called, 'unknown+0x1/0x2'])], { ...PLAIN, vmlinux });
    expect(found?.at?.places).toEqual(['kernel/toy.c:4 (deepest)', 'kernel/toy.c:9 (faulty)']);
    // The line of the call, not of what comes after it.
    expect(found?.trace).toEqual([
      { symbol: called, places: ['kernel/toy.c:14 (caller)'] },
      { symbol: 'unknown+0x1/0x2' },
    ]);
    // So is where a WARN was called from, of which there are no registers; and where m68k's TRAP ends.
    const warned = { ...crash(called, []), text: `WARNING: CPU: 0 PID: 1 at toy.c:14 ${called}` };
    const trapped = { ...crash(called, []), text: `*** TRAP #7 ***   FORMAT=0\nPC: [<00001000>] ${called}` };
    const places = (await withPlaces([warned, trapped], { ...PLAIN, vmlinux })).map(({ at }) => at?.places);
    expect(places).toEqual([['kernel/toy.c:14 (caller)'], ['kernel/toy.c:14 (caller)']]);
  });
});

test('where nm extends the sign of an address, and addr2line answers without, the place is found', async () => {
  await withScratch(async (scratch) => {
    const tool = (name: string, output: string): string => {
      const file = path.join(scratch, name);
      writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${output}END\n`, { mode: 0o755 });
      return file;
    };
    // As of mips' binutils 2.40.
    const nm = tool('nm', 'ffffffff80362550 t lkdtm_EXCEPTION\nffffffff8036255c t lkdtm_next\n');
    const addr2line = tool('addr2line', '0x80362554\nlkdtm_EXCEPTION\n/cache/tree/drivers/misc/lkdtm/bugs.c:122\n');
    const [found] = await withPlaces([crash('lkdtm_EXCEPTION+0x4/0xc', [])], { nm, addr2line, vmlinux: nm });
    expect(found?.at?.places).toEqual(['drivers/misc/lkdtm/bugs.c:122 (lkdtm_EXCEPTION)']);
  });
});

test('without vmlinux or its tools a crash stays as it is', async () => {
  const one = crash('faulty+0x0/0x8', []);
  expect(await withPlaces([one], { ...PLAIN, vmlinux: '/nowhere' })).toEqual([one]);
  expect(await withPlaces([one], { nm: 'no-such-nm', addr2line: 'addr2line', vmlinux: process.execPath })).toEqual([
    one,
  ]);
});

test('of symbols with one name the size tells; data and absolute symbols are none', () => {
  const listing =
    '0010 t same\n0030 T next\n0040 t same\n0048 D same\n0050 t .with_descriptor\n0060 a same\n0070 T last\n';
  const symbols = readSymbols(listing, new Set(['same', 'with_descriptor']));
  expect(symbols.get('same')).toEqual([
    { address: 0x10n, size: 0x20n },
    { address: 0x40n, size: 0x10n },
  ]);
  expect(symbols.get('with_descriptor')).toEqual([{ address: 0x50n, size: 0x20n }]);
});

test('what addr2line does not know is left out', () => {
  const output =
    '0x10\nfaulty\n/cache/workspaces/x/tree/kernel/a.c:7 (discriminator 2)\ncaller\n./kernel/b.h:9\n0x20\n??\n??:0\n0x30\nonly\n??:?\n';
  expect([...readPlaces(output)]).toEqual([
    [0x10n, ['kernel/a.c:7 (faulty)', 'kernel/b.h:9 (caller)']],
    [0x20n, []],
    [0x30n, []],
  ]);
});
