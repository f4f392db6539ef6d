// SPDX-License-Identifier: MIT
// A console → what the kernel said when it fell over or complained: each cut out, named, its task and trace read.
import type { Crash, CrashKind } from '../outcome/crash.ts';
import { belongs, counterOf, isHeading, traceOf } from './frames.ts';
import { type Rule, ruleOf, tellingRule } from './kinds.ts';

/** Lines of one crash that are kept: the dump of a stack that ran over has no end. */
const MOST_LINES = 200;
/** Crashes of one console that are read: a kernel may complain without end. */
const MOST_CRASHES = 50;
/** Lines between an oops and a panic that are still one story. */
const NEAR = 40;
/** Lines that look like nothing, between such as belong to a crash. */
const STRANGE = 16;

/**
 * Characters of a line that are read: a kernel's own have less than a thousand (printk's LOG_LINE_MAX), and the patterns
 * take more than linear time, so that one without end would hold us up for hours.
 */
const MOST_CHARACTERS = 1024;

// printk's time, with or without the caller (CONFIG_PRINTK_CALLER), and what serial lines end with.
const withoutTime = (line: string): string =>
  line
    .slice(0, MOST_CHARACTERS)
    .replace(/^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/, '')
    .replace(/\r+$/, '');

/** What stands above the line that says it, and belongs to it. */
const BANNER =
  /^(?:-+\[ cut here \]-+|8<--- cut here ---|[=*-]{20,}|\s*\\\|\/ ____ \\\|\/|\s*"@'\/|\s*\/_\||\s*\\__U_\/)/;
const END = /---\[ end (?:trace|Kernel panic)/;
/** Panics that only say that something before them was too much. */
const CONSEQUENCE =
  /Fatal exception|panic_on_warn|panic_on_oops|hung_task|softlockup|[Hh]ard LOCKUP|RCU Stall|Attempted to kill|stack overflow|Oops|Reboot failed/;
/** What is never another word for something before it. */
const OWN_REPORT = new Set<CrashKind>([
  'kasan',
  'kfence',
  'kcsan',
  'ubsan',
  'lockdep',
  'suspicious-rcu',
  'sleep-in-atomic',
]);
const KILLED = /Attempted to kill/;
const PANIC = /(?<!end )Kernel panic - not syncing/;
/** Above a WARN()'s own words, which are any. */
const CUT_HERE = /-\[ cut here \]-/;
const WORDS = 4;

interface Segment {
  readonly first: number;
  last: number;
  readonly rules: Rule[];
  traced: boolean;
  ended: boolean;
  panicked: boolean;
  /** What it panicked with, having begun as something else. */
  panic?: string;
}

const severest = (rules: readonly Rule[]): Rule['severity'] =>
  (['panic', 'oops', 'warning'] as const).find((one) => rules.some(({ severity }) => severity === one)) ?? 'warning';

function follows(segment: Segment, { kind }: Rule, line: string, index: number): boolean {
  const near = index - segment.last <= NEAR;
  if (PANIC.test(line)) {
    // Nobody dies of a warning.
    if (CONSEQUENCE.test(line)) return near && !(severest(segment.rules) === 'warning' && KILLED.test(line));
    return near && segment.panic === undefined && severest(segment.rules) === 'oops';
  }
  // The headline in other words, before any trace of calls.
  return !OWN_REPORT.has(kind) && !segment.ended && !segment.traced && near;
}

/** The line that a crash begins with, of which a later one says what it is; not before `least`. */
function beginning(lines: readonly string[], index: number, least: number): number {
  let first = index;
  while (first > least && BANNER.test(lines[first - 1] ?? '')) first--;
  const near = Math.max(least, index - WORDS);
  const banner = lines.slice(near, index).findLastIndex((line) => CUT_HERE.test(line));
  return banner < 0 ? first : Math.min(first, near + banner);
}

function segmentsOf(lines: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let current: Segment | undefined;
  let headline = -1;
  lines.forEach((line, index) => {
    const rule = ruleOf(line);
    const panicked = rule !== undefined && PANIC.test(line);
    if (rule && current && follows(current, rule, line, index)) {
      if (panicked && !current.panicked) current.panic = line;
      // It does not name what it comes of, however little that said of itself.
      if (!(panicked && CONSEQUENCE.test(line))) current.rules.push(rule);
      current.last = headline = index;
      current.panicked ||= panicked;
      current.ended = false;
    } else if (rule && segments.length < MOST_CRASHES) {
      const first = beginning(lines, index, headline + 1);
      if (current) current.last = Math.min(current.last, first - 1);
      current = { first, last: index, rules: [rule], traced: false, ended: false, panicked };
      segments.push(current);
      headline = index;
    } else if (current && !current.ended) {
      if (index - current.last > STRANGE) current.ended = true;
      else if (belongs(line)) current.last = index;
    }
    if (current && !current.ended && isHeading(line)) current.traced = true;
    if (current && END.test(line)) {
      current.last = Math.max(current.last, index);
      current.ended = true;
    }
  });
  return segments;
}

/**
 * `Comm: init`, with the task that it is of: kernel/printk's dump_stack_print_info(). m68k's show_registers() has it in its
 * own words, which mips' has too, and alpha's die_if_kernel() in others: `init(1): Oops 1`.
 */
function taskOf(text: string): Crash['task'] {
  const [, pid, name] = /\bPID: (\d+) (?:UID: \d+ )?Comm: (.+?) (?:Not tainted|Tainted)/.exec(text) ?? [];
  if (name !== undefined) return { name, pid: Number(pid) };
  const [, process, processPid] =
    /^Process (.+) \(pid: (\d+),/m.exec(text) ??
    /^(?:CPU \d+ )?(.+)\((\d+)\): (?:Oops|Kernel Bug|[A-Z]\w+ fault) -?\d+$/m.exec(text) ??
    [];
  if (process !== undefined) return { name: process, pid: Number(processPid) };
  const [, blocked, blockedPid] = /\bINFO: task (.+):(\d+) blocked/.exec(text) ?? [];
  return blocked === undefined ? undefined : { name: blocked, pid: Number(blockedPid) };
}

const saidPlace = (text: string): string | undefined =>
  /\b(?:kernel BUG at|Kernel bug at|WARNING:(?: CPU: \d+ PID: \d+ at)?|UBSAN: [\w-]+ in) ([\w./-]+:\d+)/.exec(
    text,
  )?.[1];

/** Where no registers are shown the line that says it has the function. */
const saidAt = (text: string): Crash['at'] => {
  const symbol =
    /\b(?:WARNING: (?:CPU: .* at \S+:\d+|(?:\S+:\d+ )?at)|BUG: K[A-Z]+: .* in) ([^\s,]+\+0x[0-9a-f]+\/0x[0-9a-f]+)/.exec(
      text,
    )?.[1];
  return symbol === undefined ? undefined : { symbol };
};

function crashOf(lines: readonly string[], { first, last, rules, panicked, panic }: Segment): Crash {
  const all = lines.slice(first, last + 1);
  const kept = all.slice(0, MOST_LINES);
  const text = kept.join('\n').trimEnd();
  const kind: CrashKind = tellingRule(rules, text)?.kind ?? 'oops';
  const headline = kept.find((line) => ruleOf(line)?.kind === kind) ?? kept.find(ruleOf) ?? '';
  const task = taskOf(text);
  const said = saidPlace(text);
  const at = counterOf(text) ?? saidAt(text);
  return {
    kind,
    severity: panicked ? 'panic' : severest(rules),
    line: headline.trim(),
    ...(said === undefined ? {} : { said }),
    ...(task === undefined ? {} : { task }),
    ...(at === undefined ? {} : { at }),
    trace: traceOf(all).filter(({ symbol }, index) => index > 0 || symbol !== at?.symbol),
    ...(panic === undefined || kind === 'panic' ? {} : { panic: panic.trim() }),
    text,
  };
}

export interface Cut {
  readonly crash: Crash;
  /** Where it begins in the console's text. */
  readonly start: number;
}

/** Everything in a console that is an oops, a panic or a complaint of the kernel, in its order. */
export function cutCrashes(console: string): Cut[] {
  const raw = console.split('\n');
  const starts: number[] = [];
  let at = 0;
  for (const line of raw) {
    starts.push(at);
    at += line.length + 1;
  }
  const lines = raw.map(withoutTime);
  return segmentsOf(lines).map((segment) => ({
    crash: crashOf(lines, segment),
    start: starts[segment.first] ?? 0,
  }));
}
