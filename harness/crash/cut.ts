// SPDX-License-Identifier: MIT
// A console → what the kernel said when it fell over or complained: each cut out, named, its task and trace read.
import type { Crash, CrashKind } from '../outcome/crash.ts';
import { belongs, counterOf, traceOf } from './frames.ts';
import { type Rule, ruleOf, tellingRule } from './kinds.ts';

/** Lines of one crash that are kept: the dump of a stack that ran over has no end. */
const MOST_LINES = 200;
/** Crashes of one console that are read: a kernel may complain without end. */
const MOST_CRASHES = 50;
/** Lines between an oops and a panic that are still one story. */
const NEAR = 40;

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

interface Segment {
  readonly first: number;
  last: number;
  readonly rules: Rule[];
  traced: boolean;
  ended: boolean;
  panic?: string;
}

const severest = (rules: readonly Rule[]): Rule['severity'] =>
  (['panic', 'oops', 'warning'] as const).find((one) => rules.some(({ severity }) => severity === one)) ?? 'warning';

function follows(segment: Segment, rule: Rule, line: string, index: number): boolean {
  const near = index - segment.last <= NEAR;
  if (rule.severity === 'panic') {
    if (CONSEQUENCE.test(line)) return near;
    return near && segment.panic === undefined && severest(segment.rules) === 'oops';
  }
  // The headline in other words, before any trace of calls.
  return !segment.ended && !segment.traced && near;
}

function segmentsOf(lines: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let current: Segment | undefined;
  lines.forEach((line, index) => {
    const rule = ruleOf(line);
    if (rule && current && follows(current, rule, line, index)) {
      if (rule.severity === 'panic' && severest(current.rules) !== 'panic') current.panic ??= line;
      current.rules.push(rule);
      current.last = index;
      current.ended = false;
    } else if (rule && segments.length < MOST_CRASHES) {
      let first = index;
      while (first > 0 && BANNER.test(lines[first - 1] ?? '') && first - 1 > (current?.last ?? -1)) first--;
      current = { first, last: index, rules: [rule], traced: false, ended: false };
      segments.push(current);
    } else if (current && !current.ended && (belongs(line) || index - current.last <= 1)) {
      if (index - current.last > NEAR) current.ended = true;
      else current.last = index;
    }
    if (current && /Call [Tt]race:|Backtrace:/.test(line)) current.traced = true;
    if (current && END.test(line)) {
      current.last = Math.max(current.last, index);
      current.ended = true;
    }
  });
  return segments;
}

/** `Comm: init`, with the task that it is of: kernel/printk's dump_stack_print_info(). */
function taskOf(text: string): Crash['task'] {
  const [, pid, name] = /\bPID: (\d+) (?:UID: \d+ )?Comm: (.+?) (?:Not tainted|Tainted)/.exec(text) ?? [];
  if (name !== undefined) return { name, pid: Number(pid) };
  const [, blocked, blockedPid] = /\bINFO: task (.+):(\d+) blocked/.exec(text) ?? [];
  return blocked === undefined ? undefined : { name: blocked, pid: Number(blockedPid) };
}

const saidPlace = (text: string): string | undefined =>
  /\b(?:kernel BUG at|WARNING: CPU: \d+ PID: \d+ at|UBSAN: [\w-]+ in) ([\w./-]+:\d+)/.exec(text)?.[1];

/** Where no registers are shown the line of the warning has the function. */
const warnedAt = (text: string): Crash['at'] => {
  const symbol = /\bWARNING: CPU: .* at \S+:\d+ (\S+\+0x[0-9a-f]+\/0x[0-9a-f]+)/.exec(text)?.[1];
  return symbol === undefined ? undefined : { symbol };
};

function crashOf(lines: readonly string[], { first, last, rules, panic }: Segment): Crash {
  const kept = lines.slice(first, Math.min(last + 1, first + MOST_LINES));
  const text = kept.join('\n');
  const kind: CrashKind = tellingRule(rules, text)?.kind ?? 'oops';
  const headline = kept.find((line) => ruleOf(line)?.kind === kind) ?? kept.find(ruleOf) ?? '';
  const task = taskOf(text);
  const said = saidPlace(text);
  const at = counterOf(text) ?? warnedAt(text);
  return {
    kind,
    severity: severest(rules),
    line: headline.trim(),
    ...(said === undefined ? {} : { said }),
    ...(task === undefined ? {} : { task }),
    ...(at === undefined ? {} : { at }),
    trace: traceOf(kept).filter(({ symbol }, index) => index > 0 || symbol !== at?.symbol),
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
