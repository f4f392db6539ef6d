// SPDX-License-Identifier: MIT
// What a kernel said when it fell over, or complained of itself: cut out of its console, named, and with its addresses resolved.
import { z } from 'zod';

/** What a kernel may say of itself, by kind, in the words of a report. */
export const CRASH_KINDS = {
  'null-dereference': 'NULL dereference',
  'bad-address': 'access of a bad address',
  'user-access': 'user memory accessed without leave',
  'write-protected': 'write to read-only memory',
  'execute-protected': 'execution of what is no code',
  'general-protection': 'general protection fault',
  'illegal-instruction': 'illegal instruction',
  'divide-error': 'division by zero',
  unaligned: 'unaligned access',
  'machine-check': 'machine check',
  'stack-overflow': 'stack overflow',
  'stack-corrupted': 'stack corrupted',
  'double-fault': 'double fault',
  bug: 'BUG',
  'list-corruption': 'list corruption',
  usercopy: 'bad copy to or from user memory',
  fortify: 'buffer overflow',
  kasan: 'KASAN',
  kfence: 'KFENCE',
  kcsan: 'KCSAN',
  ubsan: 'UBSAN',
  'slab-corruption': 'slab corruption',
  'page-state': 'bad page state',
  lockdep: 'lockdep',
  'suspicious-rcu': 'suspicious RCU usage',
  'sleep-in-atomic': 'sleeping in atomic context',
  'spinlock-lockup': 'spinlock trouble',
  'rcu-stall': 'RCU stall',
  'soft-lockup': 'soft lockup',
  'hard-lockup': 'hard lockup',
  'hung-task': 'hung task',
  refcount: 'reference count out of range',
  warning: 'WARN',
  'no-root': 'unable to mount root',
  'no-init': 'no init',
  'init-ended': 'init ended',
  'no-memory': 'out of memory',
  sysrq: 'crash asked for by SysRq',
  panic: 'panic',
  oops: 'oops',
} as const;
export type CrashKind = keyof typeof CRASH_KINDS;

/**
 * `panic`: the kernel stops. `oops`: what it was doing is lost, and it is not to be trusted with more.
 * `warning`: it goes on.
 */
export const SEVERITIES = ['panic', 'oops', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

const frameSchema = z.strictObject({
  /** As the console has it: `lkdtm_EXCEPTION+0x8/0x10`. */
  symbol: z.string(),
  /** The kernel only found it on the stack, and it may be left from an earlier call; or no call returns there. */
  unsure: z.boolean().optional(),
  /** `file:line (function)` by vmlinux, the innermost of inlined functions first; absent when it does not say. */
  places: z.array(z.string()).optional(),
});
export type Frame = z.infer<typeof frameSchema>;

export const crashSchema = z.strictObject({
  kind: z.enum(Object.keys(CRASH_KINDS) as [CrashKind, ...CrashKind[]]),
  severity: z.enum(SEVERITIES),
  /** The line that says so, without its time. */
  line: z.string(),
  /** `file:line` as the kernel itself said it (BUG, WARN). */
  said: z.string().optional(),
  /** The program that ran, and its process id. */
  task: z.strictObject({ name: z.string(), pid: z.number().int() }).optional(),
  /** Where the program counter was. */
  at: frameSchema.optional(),
  /** Callers, the last call first. */
  trace: z.array(frameSchema),
  /** What the kernel panicked with in the end, when this was its cause. */
  panic: z.string().optional(),
  /** The console's lines, without times. */
  text: z.string(),
});
export type Crash = z.infer<typeof crashSchema>;

/** The kind in words, where the kernel was and what it was doing: one line of a report. */
export function crashTitle({ kind, at, task, said, panic }: Crash): string {
  const where = at?.places?.[0] ?? said ?? at?.symbol;
  return [
    CRASH_KINDS[kind],
    ...(where === undefined ? [] : [` at ${where}`]),
    ...(task === undefined ? [] : [`, in ${task.name}`]),
    ...(panic === undefined ? [] : ['; it ended in a panic']),
  ].join('');
}

/** The program counter and its callers with their places, a line each: what there is to read before the whole text. */
export function crashTrace({ at, trace }: Crash): string[] {
  const line = ({ symbol, unsure, places }: Frame): string =>
    `${unsure ? '? ' : ''}${symbol}${places === undefined ? '' : `  ${places.join(' < ')}`}`;
  return [...(at === undefined ? [] : [`at ${line(at)}`]), ...trace.map((frame) => `   ${line(frame)}`)];
}
