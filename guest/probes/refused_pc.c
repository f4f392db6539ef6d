/* SPDX-License-Identifier: MIT */
/* Clause 5.5: a PC that the architecture refuses ends in the documented signal, and only there. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe.h"
#include "refused_pc.h"
#include "stops.h"

/* Of the hole that has the unmapped PC in its middle: nothing is mapped there meanwhile, and its neighbours are unmapped too. */
#define HOLE_PAGES 16

static int descriptor;
static uint64_t destination;
static volatile unsigned faults;
static volatile int fault_signal, fault_code;
static volatile uint64_t fault_pc, fault_address;

static void on_stop(struct stop *stop)
{
	if (!stop_noted(stop))
		return;
	/* Going to an unmapped page is a page fault too: its SIGTRAP would be mixed up with the SIGSEGV. */
	if (trigger == PAGE_FAULT)
		trap_disable(descriptor);
	stop_go_to(stop, destination);
}

/* Sends the thread to the site's `elsewhere`: what comes after the refusal must be in order. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	struct registers registers;

	registers_load(&registers, context);
	if (!faults++) {
		fault_signal = number;
		fault_code = info->si_code;
		fault_pc = registers.pc;
		fault_address = (uintptr_t)info->si_addr;
	}
	/* sigreturn(2) may refuse the PC before it has put the thread's registers back: they are those of the stop. */
	if (registers.sp != stop_journal.first.registers.sp)
		registers = stop_journal.first.registers;
	registers.pc = trap_site().elsewhere;
	registers.npc = registers.pc + 4;
	registers_store(context, &registers);
}

static void go(const char *name, uint64_t to)
{
	sigset_t trap, before;
	struct record record;
	uint64_t mask, again;

	destination = to;
	stop_journal_clear();
	faults = 0;
	fault_signal = fault_code = 0;
	fault_pc = fault_address = 0;
	if (trigger == PAGE_FAULT)
		trap_enable(descriptor);
	mask = trap_hit(0);
	trap_settle(500);
	record_begin(&record, "refused-pc");
	record_text(&record, "name", name);
	record_hex(&record, "destination", to);
	record_stops(&record);
	record_number(&record, "faults", faults);
	record_number(&record, "signal", fault_signal);
	record_number(&record, "code", fault_code);
	record_hex(&record, "faultPc", fault_pc);
	record_hex(&record, "faultAddress", fault_address);
	record_site(&record);
	record_number(&record, "mask", (int64_t)mask);
	/*
	 * And the next hit is an ordinary one. Where sigreturn(2) itself refuses the PC, the fault comes
	 * with the handler's mask, SIGTRAP blocked.
	 */
	sigemptyset(&trap);
	sigaddset(&trap, SIGTRAP);
	sigprocmask(SIG_UNBLOCK, &trap, &before);
	record_boolean(&record, "trapLeftBlocked", sigismember(&before, SIGTRAP));
	destination = trap_site().next;
	stop_journal_clear();
	faults = 0;
	if (trigger == PAGE_FAULT)
		trap_enable(descriptor);
	again = trap_hit(0);
	trap_settle(500);
	record_number(&record, "stopsAgain", stop_journal.stops);
	record_number(&record, "faultsAgain", faults);
	record_number(&record, "maskAgain", (int64_t)again);
	record_end(&record);
}

static void refused_pc(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	const size_t hole = HOLE_PAGES * (size_t)getpagesize();
	char *unmapped;

	trap_use_execute();
	trap_handle(on_stop, 0);
	descriptor = trap_open_or_refuse(&watch);
	unmapped = mmap(NULL, hole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (unmapped == MAP_FAILED || munmap(unmapped, hole))
		broken("mmap", errno);
	if (sigaction(SIGSEGV, &action, NULL) || sigaction(SIGBUS, &action, NULL) || sigaction(SIGILL, &action, NULL))
		broken("sigaction", errno);
	go("unmapped", (uintptr_t)unmapped + hole / 2);
#ifdef NOT_CANONICAL
	go("notCanonical", NOT_CANONICAL);
#endif
	/*
	 * Not by a tracer where only sigreturn(2) refuses it: SPARC's ptrace takes it, the hardware drops the two
	 * bits, and QEMU, which uses them for itself, never comes back (seen, 7.2: the guest is silent).
	 */
	if (INSTRUCTION_ALIGNMENT > 1 && !(HAS_NEXT_PC && mechanism == BY_PTRACE))
		go("misaligned", trap_site().next + INSTRUCTION_ALIGNMENT / 2);
}
PROBE("5.5", refused_pc);
