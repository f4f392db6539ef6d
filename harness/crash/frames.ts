// SPDX-License-Identifier: MIT
// Addresses in what a dying kernel prints: where its program counter was, and who had called.
import type { Frame } from '../outcome/crash.ts';

const SYMBOL = '[A-Za-z_.$][\\w.$]*\\+0x[0-9a-f]+/0x[0-9a-f]+';
const ANY_SYMBOL = new RegExp(SYMBOL, 'g');

/** Callers that are kept; a stack that ran over has hundreds. */
const MOST_FRAMES = 64;

// By show_regs() of each architecture: x86, i386, arm64 and loongarch, arm and sh, riscv and mips, powerpc, s390, m68k, sparc, parisc.
const COUNTER = new RegExp(
  `^\\s*(?:RIP: 0010:|EIP: |pc : |pc +[0-9a-f]+ |ERA: +[0-9a-f]+ |PC is at |pc is at |epc +: (?:[0-9a-f]+ )?|NIP \\[[0-9a-f]+\\] |Krnl PSW : [0-9a-f ]+\\(|PC: \\[<[0-9a-f]+>\\] |TPC: <|IAOQ\\[0\\]: )(${SYMBOL}|0x[0-9a-f]+$)`,
  'm',
);

// powerpc's call traces end with the registers of whoever was interrupted, or called the kernel; of a task that waits
// there may be nothing else, and those are its program's (PR: kernel/process.c __show_regs()).
const INTERRUPTED = /^\s*--- interrupt: |^MSR: .*[<,]PR[,>]/m;

/** Where the program counter was, as the registers' dump has it. */
export function counterOf(text: string): Frame | undefined {
  const symbol = COUNTER.exec(text.split(INTERRUPTED)[0] ?? '')?.[1];
  // What comes after a function's last instruction is another function.
  if (symbol === undefined || (AFTERWARDS.test(text) && symbol.includes('+0x0/'))) return undefined;
  return { symbol };
}

// m68k's TRAP, which a BUG() is, leaves the address of what comes next: kernel/traps.c bad_super_trap().
const AFTERWARDS = /^\*\*\* TRAP #/m;

/**
 * Is the place of a crash behind what did it, as a caller's is? Where it is not the program counter but what a WARN or
 * KASAN names, it is where that was called from (kernel/panic.c warn_slowpath_fmt(): __builtin_return_address()).
 */
export const isBehind = (text: string): boolean => AFTERWARDS.test(text) || counterOf(text) === undefined;

// "([<…>] x)" and "? x" are addresses found on the stack that may be left from before; powerpc says so in words. And no
// call returns to a function's first byte: behind a call that does not return, the next function begins.
const isUnsure = (line: string, at: number, symbol: string): boolean =>
  /(?:\?\s*|\(\[<[0-9a-f]+>\]\s*)$/.test(line.slice(0, at)) ||
  line.includes('(unreliable)') ||
  symbol.includes('+0x0/');

function framesOf(line: string): Frame[] {
  // arm names the callee as well: "f from caller+0x8/0x10".
  return [...line.matchAll(ANY_SYMBOL)].map((found) =>
    isUnsure(line, found.index, found[0]) ? { symbol: found[0], unsure: true } : { symbol: found[0] },
  );
}

/** arm's has no heading, but names the callee as well. */
const HEADING = /^\s*(?:Call [Tt]race:|Backtrace:|Trace:|\w\S*(?: \[\w+\])? from \w\S*\+0x[0-9a-f]+\/0x)/;
export const isHeading = (line: string): boolean => HEADING.test(line);

/** Lines between frames that are none: stacks' names, and addresses that are in no function. */
const BETWEEN =
  /^\s*(?:<\/?[A-Z#]+>|--- interrupt: .*|Exception stack.*|-+|(?:\[<?[0-9a-f]+>?\] ?)*(?:\? )?0x[0-9a-f]+(?: \(unreliable\))?)$/;

/** What a kernel runs to say that it panics, warns or found something: nobody asks who called that. */
const SAYING = new RegExp(
  `^\\.?(?:${[
    'unwind_backtrace|dump_backtrace|walk_stackframe|show_stack|dump_stack(?:_lvl)?',
    'v?panic|do_panic_on_target_cpu|nmi_panic|__warn|warn_slowpath_fmt',
    'print_report|kasan_report|ubsan_epilogue|__ubsan_handle_\\w+|check_bytes_and_report|object_err|bad_page',
    'print_\\w+_bug|lockdep_rcu_suspicious|spin_bug|__might_resched|__schedule_bug',
  ].join('|')})\\b`,
);

/** Without what only says it, and what is left on the stack between that. */
function sinceItWasSaid(frames: readonly Frame[]): Frame[] {
  let start = 0;
  for (const [index, { symbol, unsure }] of frames.entries()) {
    if (SAYING.test(symbol)) start = index + 1;
    else if (!unsure) break;
  }
  return frames.slice(start, start + MOST_FRAMES);
}

const BRACKETED = new RegExp(`^\\s*\\[<[0-9a-f]+>\\] ${SYMBOL}`);
const BARE = new RegExp(`^ ${SYMBOL}(?: \\[\\w+\\])?$`);

/** Where the first call trace begins: riscv has no heading in an oops, KFENCE none at all. */
function traceStart(lines: readonly string[]): number {
  const run = (frame: RegExp) => (line: string, index: number) =>
    frame.test(line) && frame.test(lines[index + 1] ?? '');
  const start = lines.findIndex((line, index) => HEADING.test(line) || run(BRACKETED)(line, index));
  return start < 0 ? lines.findIndex(run(BARE)) : start;
}

/**
 * Is the trace whatever on the stack might be an address of code? m68k's, alpha's and sh's always are: the first begins in the
 * line of its heading, the second has a heading of its own (kernel/traps.c dik_show_trace()), and the third is alone in having
 * brackets below this one (kernel/dumpstack.c stack_reader_dump(), which calls them reliable). mips' is where the program
 * counter is in no code, and leaves a line empty: kernel/traps.c show_raw_backtrace().
 */
function isGuessed(lines: readonly string[], start: number): boolean {
  const [heading = '', next = ''] = lines.slice(start, start + 2);
  return (
    /^\s*Call Trace: *\[<|^Trace:$/.test(heading) ||
    (heading === 'Call trace:' && next.startsWith(' [<')) ||
    (heading === 'Call Trace:' && next === '')
  );
}

/** The first call trace of a text, innermost first. */
export function traceOf(lines: readonly string[]): Frame[] {
  const start = traceStart(lines);
  if (start < 0) return [];
  const frames: Frame[] = [];
  for (const [index, line] of lines.slice(start).entries()) {
    const own = framesOf(line);
    const empty = line === '' && frames.length === 0;
    if (own.length === 0 && index > 0 && !empty && !BETWEEN.test(line) && !HEADING.test(line)) break;
    frames.push(...own);
  }
  return sinceItWasSaid(isGuessed(lines, start) ? frames.map((frame) => ({ ...frame, unsure: true })) : frames);
}

/** Does the line look like part of what a dying kernel prints: registers, stack, code, modules, a frame? */
export function belongs(line: string): boolean {
  return (
    line.match(ANY_SYMBOL) !== null ||
    HEADING.test(line) ||
    BETWEEN.test(line) ||
    /^\s*(?:CPU:|Modules linked in:|Hardware name:|Code:|Krnl |Tainted|Kernel Offset:|Workqueue:|task:|Stack:|Process |stack backtrace:|Last Breaking-Event-Address:|Instruction (?:dump|DUMP)|Kernel relocated by|\.(?:text|data|bss) {1,2}@|note: |SMP: |Memory Limit|CPU features|PGD |PMD |pgd = |Mem abort|Data abort|mce: |Rebooting in|R\d+|[A-Za-z]\w{1,4}\s*: ?[0-9a-f]{8})/.test(
      line,
    ) ||
    // Registers, stacks and code: most of it is hexadecimal.
    /^[ <][0-9a-f]{8}>? ?$|\b[0-9a-f]{8,16}:(?: [0-9a-f]{2}){2}/.test(line) ||
    /^(?:[\s\w:.()[\]<>-]*\b[0-9a-f]{8,16}\b){2}/.test(line) ||
    /---\[|={8}|-{12}/.test(line)
  );
}
