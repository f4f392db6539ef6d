/* SPDX-License-Identifier: MIT */
/* Clauses 4.1 and 4.2: the PC in the context at a data hit (or at whatever the trigger makes precise), and at an execute hit. */
#include "probe.h"
#include "stops.h"

static void on_stop(struct stop *stop)
{
	/* A trap before the instruction would come again for ever: go on after it. */
	if (stop_noted(stop) && stop->registers.pc == trap_site().instruction)
		stop_go_to(stop, trap_site().next);
}

static void hit_once(const struct watch *watch)
{
	struct record record;
	int descriptor;
	uint64_t mask;

	trap_handle(on_stop, 0);
	descriptor = trap_open_or_refuse(watch);
	mask = trap_hit(1);
	trap_settle(500);
	trap_close(descriptor);

	record_begin(&record, "hit");
	record_stops(&record);
	record_number(&record, "mask", (int64_t)mask);
	record_site(&record);
	record_siginfo(&record, &stop_journal.first.info);
	record_registers(&record, &stop_journal.first.registers);
	record_end(&record);
}

static void data_pc(void)
{
	const struct watch watch = { .data = 0x1234 };

	hit_once(&watch);
}
PROBE("4.1", data_pc);

static void execute_pc(void)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X, .data = 0x1234 };

	trap_use_execute();
	hit_once(&watch);
}
PROBE("4.2", execute_pc);
