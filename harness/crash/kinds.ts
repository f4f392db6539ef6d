// SPDX-License-Identifier: MIT
// What Linux prints when it falls over or complains of itself, as one table: which kind a line tells of.
import type { CrashKind, Severity } from '../outcome/crash.ts';

export interface Rule {
  readonly kind: CrashKind;
  readonly severity: Severity;
  readonly pattern: RegExp;
  /** It is looked for in the whole text of what another rule began: several lines, or too little for a beginning. */
  readonly detail?: boolean;
}

const NULL_PAGE = '(?:0x)?0*[0-9a-f]{1,3}\\b';
// x86 show_fault_oops(): an address of a program, in 64 or 32 bits.
const USER_FAULT = 'for address: (?:0000[0-7][0-9a-f]{11}|[0-9ab][0-9a-f]{7})\\n#PF: supervisor \\w+ access';

const PARISC_FAULT = '\\w[\\w :]*: Code=\\d+ \\(.+\\) at addr';

const panic = (kind: CrashKind, text: RegExp): Rule => ({
  kind,
  severity: 'panic',
  pattern: new RegExp(`(?<!end )Kernel panic - not syncing: .*(?:${text.source})`, text.flags),
});
const oops = (kind: CrashKind, pattern: RegExp): Rule => ({ kind, severity: 'oops', pattern });
const detail = (kind: CrashKind, pattern: RegExp): Rule => ({ kind, severity: 'oops', pattern, detail: true });
const warning = (kind: CrashKind, pattern: RegExp): Rule => ({ kind, severity: 'warning', pattern });

/**
 * The more a line says of the cause, the earlier its rule stands: of all lines of one crash the first rule names it.
 * Files are those of 6.1; where architectures word it each in its own way, their names are given.
 */
export const RULES: readonly Rule[] = [
  // mm/kasan/report.c, mm/kfence/report.c, kernel/kcsan/report.c, lib/ubsan.c, mm/slub.c slab_bug().
  oops('kasan', /\bBUG: KASAN: /),
  oops('kfence', /\bBUG: KFENCE: /),
  warning('kcsan', /\bBUG: KCSAN: /),
  warning('ubsan', /\bUBSAN: /),
  oops('slab-corruption', /\bBUG [\w.-]+ \((?:Not tainted|Tainted)|\bBUG [\w.-]+: .*(?:overwritten|already free)/),
  oops('page-state', /\bBUG: Bad (?:page|rss-counter)/),
  // kernel/locking/lockdep.c, kernel/rcu/update.c lockdep_rcu_suspicious().
  warning('suspicious-rcu', /\bWARNING: suspicious RCU usage/),
  warning(
    'lockdep',
    /\bWARNING: (?:possible (?:recursive|circular) locking|inconsistent lock state|possible irq lock|.*-safe -> .*-unsafe lock|bad unlock balance|bad contention|Nested lock|held lock freed)|\bBUG: Invalid wait context|\[ BUG: (?:Invalid wait context|.*lock held)|lock held when returning to user space/,
  ),
  // kernel/sched/core.c __might_resched(), __schedule_bug(); kernel/locking/spinlock_debug.c spin_dump().
  oops('sleep-in-atomic', /\bBUG: (?:sleeping function called from invalid context|scheduling while atomic)/),
  oops('spinlock-lockup', /\bBUG: (?:spinlock|rwlock|rwsem) /),
  // kernel/watchdog.c, arch/powerpc/kernel/watchdog.c, kernel/rcu/tree_stall.h, kernel/hung_task.c.
  oops('hard-lockup', /\b[Hh]ard LOCKUP\b/),
  oops('soft-lockup', /\bsoft lockup - CPU#?\d+ stuck/),
  oops('rcu-stall', /\brcu: INFO: .*(?:detected (?:expedited )?stalls?|self-detected stall)/),
  warning('hung-task', /\bINFO: task .+ blocked (?:in I\/O wait )?for more than \d+ seconds/),
  // lib/list_debug.c, mm/usercopy.c, lib/string_helpers.c fortify_panic(), lib/refcount.c: a WARN or a BUG follows.
  warning('list-corruption', /\blist_(?:add|del) (?:corruption|double add)/),
  warning('usercopy', /\busercopy: Kernel memory (?:overwrite|exposure) attempt/),
  warning('fortify', /\bdetected (?:buffer overflow(?: in |: )|field-spanning write)/),
  warning('refcount', /\brefcount_t: /),
  // kernel/panic.c __stack_chk_fail(), kernel/sched/core.c schedule_debug().
  panic('stack-corrupted', /stack-protector: |corrupted stack end detected/),
  oops('double-fault', /\bPANIC: double fault|\bdouble fault: /),
  // x86 handle_stack_overflow(); arm64, riscv and arm handle_bad_stack(); s390 kernel_stack_overflow(); powerpc, sparc.
  oops(
    'stack-overflow',
    /\bstack guard page was hit|Insufficient stack space to handle exception|[Kk]ernel stack overflow|Kernel Stack Overflow|Thread overran stack|stack exhausted|bad kernel stack pointer/i,
  ),
  // A BUG() is an illegal instruction or a trap on most architectures, and says so below this line: lib/bug.c.
  // mips and alpha say it in their own way, and so does what has no file of it.
  oops('bug', /\bkernel BUG at |\bKernel bug (?:at |detected)|\bBUG: failure at /),
  // powerpc mm/fault.c bad_page_fault() has it in brackets, and the line above it speaks of a user page.
  oops('null-dereference', /\bNULL pointer dereference|\binstruction fetch \(NULL pointer\?\)/i),
  // s390 dump_fault_info(): the page, without the offset in it.
  detail('null-dereference', /\bFailing address: 0{16}(?! ?TEID: [0-9a-f]*4$)/),
  detail(
    'null-dereference',
    new RegExp(
      `\\b(?:paging request|access|routines|Unhandled fault: .*) at (?:virtual )?(?:address )?${NULL_PAGE}`,
      'i',
    ),
  ),
  // parisc kernel/traps.c parisc_terminate(): "Kernel Fault: Code=15 (Data TLB miss fault) at addr 00000000"; it panics below.
  detail('null-dereference', new RegExp(`^${PARISC_FAULT} ${NULL_PAGE}`, 'm')),
  oops(
    'user-access',
    /\baccess to user memory (?:outside|without) uaccess|Kernel attempted to (?:read|write) user page|\bsupervisor (?:read|write) access in user/,
  ),
  detail('user-access', new RegExp(`${USER_FAULT}.*\\n#PF: .*permissions violation`)),
  oops(
    'execute-protected',
    /\bexecut(?:ion of|e from) (?:user |non-executable )?memory|tried to execute (?:NX|exec|user)-?|Unhandled prefetch abort|unable to execute userspace code|Execution of (?:user|kernel) memory/i,
  ),
  oops('write-protected', /\bwrite to read-only memory/i),
  detail('write-protected', /#PF: supervisor write access.*\n#PF: .*permissions violation/),
  oops('general-protection', /\bgeneral protection fault(?:,|: [0-9a-f]{4} \[)/),
  oops('divide-error', /\bdivide error: /),
  oops('machine-check', /\bmachine check(?:: | in kernel| exception| event)/i),
  panic('machine-check', /Fatal (?:local )?machine check/),
  // The last is sh's, of the address of an instruction: kernel/traps_32.c do_address_error().
  oops(
    'unaligned',
    /\bKernel unaligned access|Unhandled fault: alignment|Unaligned access in kernel|alignment exception|unaligned program counter: /i,
  ),
  // alpha kernel/traps.c do_entIF(): 4 is an opcode that is none.
  oops(
    'illegal-instruction',
    /\): Instruction fault 4$|\binvalid opcode: |Oops - (?:undefined|illegal) instruction|Kernel illegal instruction|illegal operation: 0001|ILLEGAL INSTRUCTION/i,
  ),
  oops(
    'bad-address',
    /\bunable to handle (?:page fault|kernel (?:paging request|access|pointer|data access|instruction fetch|unknown))|Unhandled fault: /i,
  ),
  oops('bad-address', new RegExp(`^${PARISC_FAULT} `)),
  // init/do_mounts.c, init/main.c, kernel/exit.c do_exit(), mm/oom_kill.c, drivers/tty/sysrq.c sysrq_handle_crash().
  panic('no-root', /VFS: Unable to mount root fs/),
  panic('no-init', /No working init found|Requested init .* failed|No init found/),
  panic('init-ended', /Attempted to kill init/),
  panic('no-memory', /System is deadlocked on memory|Out of memory/),
  panic('sysrq', /sysrq triggered crash/),
  { kind: 'panic', severity: 'panic', pattern: /(?<!end )Kernel panic - not syncing/ },
  // kernel/panic.c __warn(), and what it says in 7.2.
  warning('warning', /\bWARNING: (?:CPU: \d+ PID: \d+ at |(?:\S+:\d+ )?at \S+(?: \[\w+\])?, CPU#\d+: )/),
  oops(
    'oops',
    /\bOops\b|\[#\d+\](?=[: ]|$)|\bBUG: |\bInternal error: |\bUnable to handle kernel|Bad mode in |\bKernel bad (?:sw )?trap|Kernel BUG \[#/,
  ),
];

const HEADLINES = RULES.filter(({ detail }) => !detail);
const DETAILS = RULES.filter(({ detail }) => detail);

/** Any headline at all: most lines are told by this one that they are nothing. */
const ANY = new RegExp(HEADLINES.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'i');

/** The rule that stands first of those that fit the line. */
export function ruleOf(line: string): Rule | undefined {
  return ANY.test(line) ? HEADLINES.find(({ pattern }) => pattern.test(line)) : undefined;
}

/** Of the rules that began a crash, and those that fit its text, the one that stands first. */
export function tellingRule(began: readonly Rule[], text: string): Rule | undefined {
  const fitting = new Set([...began, ...DETAILS.filter(({ pattern }) => pattern.test(text))]);
  return RULES.find((rule) => fitting.has(rule));
}
