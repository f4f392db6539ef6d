/* SPDX-License-Identifier: MIT */
/*
 * Clause 6.9: a program with its own breakpoint under a debugger that has one too. The debugger is this
 * process, the program a child. Where there are no debug registers, the debugger's breakpoint is the trap
 * instruction. With debug registers: who comes when all are taken is told so, and the others go on working.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"
#include "stops.h"

#define HITS 50
/* More than any architecture has. */
#define REGISTERS 16
/* Tells the debugger that `request` is there; it is never delivered. */
#define REQUEST SIGUSR2

enum request { ARM_ONE_MORE, ARM_ALL };

/* What both processes see. */
struct shared {
	volatile bool go;
	volatile enum request request;
	volatile int debugger_errno;
	volatile unsigned debugger_armed, debugger_stops, other_signals;
};
static struct shared *shared;
static unsigned slots_of_debugger;

static uint64_t unused_code(unsigned n)
{
	return (uintptr_t)fresh_text + 0x2000 + 16 * n;
}

static uint64_t debugger_pc(void)
{
	if (trigger == HW_BREAKPOINT)
		return (uintptr_t)site_increment_instruction;
	return (uintptr_t)site_trap_instruction + TRAP_PC_OFFSET;
}

static uint64_t debugger_next(void)
{
	return trigger == HW_BREAKPOINT ? (uintptr_t)site_increment_next : (uintptr_t)site_trap_next;
}

/* The program's side. */

static void on_stop(struct stop *stop)
{
	if (stop_noted(stop))
		stop_go_to(stop, trap_site().next);
}

/* One hit of the debugger's breakpoint: true when it was stepped over as the debugger does it. */
static bool hit_debugger(void)
{
	if (trigger == HW_BREAKPOINT)
		return site_increment(7) == 7;
	return site_trap() == (SITE_BEFORE | SITE_AFTER);
}

static void ask_debugger(enum request request)
{
	shared->request = request;
	raise(REQUEST);
}

static void both_work(void)
{
	unsigned right = 0, skipped = 0;
	uint64_t expected = SITE_BEFORE | SITE_AFTER | (trigger == UPROBE ? SITE_EFFECT : 0);
	struct record record;

	for (unsigned i = 0; i < HITS; i++) {
		right += trap_hit(i) == expected;
		skipped += hit_debugger();
	}
	record_begin(&record, "both");
	record_number(&record, "hits", HITS);
	record_number(&record, "programStops", stop_journal.stops);
	record_number(&record, "programMasksRight", right);
	record_number(&record, "debuggerStops", shared->debugger_stops);
	record_number(&record, "debuggerSkipped", skipped);
	record_number(&record, "otherSignals", shared->other_signals);
	record_number(&record, "strays", stop_journal.strays);
	record_end(&record);
}

/* A hit of each, after the registers were all taken. */
static void record_both(struct record *record)
{
	unsigned before = shared->debugger_stops;

	stop_journal_clear();
	trap_hit(0);
	hit_debugger();
	record_number(record, "programStops", stop_journal.stops);
	record_number(record, "debuggerStops", shared->debugger_stops - before);
	record_number(record, "debuggerErrno", shared->debugger_errno);
	record_end(record);
}

static void registers_run_out(int descriptor)
{
	struct watch watch = { .type = HW_BREAKPOINT_X };
	int opened[REGISTERS] = { descriptor }, error = 0;
	struct record record;
	unsigned count = 1;

	while (count < REGISTERS) {
		watch.address = unused_code(count);
		opened[count] = trap_open(&watch);
		if (opened[count] < 0) {
			error = -opened[count];
			break;
		}
		count++;
	}
	ask_debugger(ARM_ONE_MORE);
	record_begin(&record, "full-by-program");
	record_number(&record, "opened", count);
	record_number(&record, "errno", error);
	record_both(&record);

	while (count > 0)
		trap_close(opened[--count]);
	ask_debugger(ARM_ALL);
	watch.address = 0;
	error = trap_open(&watch);
	record_begin(&record, "full-by-debugger");
	record_number(&record, "armed", shared->debugger_armed);
	record_number(&record, "errno", error < 0 ? -error : 0);
	record_both(&record);
}

static _Noreturn void program(void)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	int descriptor;

	while (!shared->go)
		sched_yield();
	descriptor = trap_open_or_refuse(&watch);
	both_work();
	if (trigger == HW_BREAKPOINT)
		registers_run_out(descriptor);
	_exit(0);
}

/* The debugger's side. */

static int arm(pid_t child, unsigned slot, uint64_t address)
{
	int error = debug_register_set(child, (int)slot, address, HW_BREAKPOINT_X, BREAKPOINT_EXECUTE_LENGTH);

	if (!error)
		shared->debugger_armed++;
	return error;
}

static void answer(pid_t child)
{
	if (shared->request == ARM_ONE_MORE) {
		shared->debugger_errno = arm(child, 1, unused_code(20));
		return;
	}
	shared->debugger_errno = 0;
	for (unsigned slot = 1; slot < slots_of_debugger && !shared->debugger_errno; slot++)
		shared->debugger_errno = arm(child, slot, unused_code(20 + slot));
}

/* Returns the signal to deliver. */
static int attend(pid_t child, int number)
{
	struct registers registers;

	if (number == REQUEST) {
		answer(child);
		return 0;
	}
	if (number != SIGTRAP) {
		shared->other_signals += number != SIGIO;
		return number;
	}
	if (registers_fetch(child, &registers) || registers.pc != debugger_pc())
		return SIGTRAP;
	shared->debugger_stops++;
	registers.pc = debugger_next();
	registers.npc = registers.pc + 4;
	registers_put(child, &registers);
	return 0;
}

static void debug(pid_t child)
{
	int status, error = 0;

	if (ptrace(PTRACE_SEIZE, child, NULL, NULL) || ptrace(PTRACE_INTERRUPT, child, NULL, NULL) ||
	    waitpid(child, &status, __WALL) != child)
		broken("attaching by ptrace", errno);
	if (trigger == HW_BREAKPOINT)
		error = arm(child, 0, debugger_pc());
	if (error)
		refused("ptrace: the first debug register", error);
	shared->go = true;
	ptrace(PTRACE_CONT, child, NULL, 0L);
	while (waitpid(child, &status, __WALL) == child && WIFSTOPPED(status)) {
		long deliver = status >> 16 ? 0 : attend(child, WSTOPSIG(status));

		ptrace(PTRACE_CONT, child, NULL, deliver);
	}
}

static void debugger(void)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	struct record record;
	pid_t child;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		broken("mmap", errno);
	slots_of_debugger = DEBUGGER_EXECUTE_SLOTS;
	trap_use_execute();
	trap_handle(on_stop, 0);
	/* A kernel without the feature says so here. */
	trap_close(trap_open_or_refuse(&watch));
	child = fork();
	if (child < 0)
		broken("fork", errno);
	if (!child)
		program();
	debug(child);
	record_begin(&record, "debugged");
	record_number(&record, "debuggerStops", shared->debugger_stops);
	record_end(&record);
}
PROBE("6.9", debugger);
