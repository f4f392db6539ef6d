/* SPDX-License-Identifier: MIT */
/* Clause 4.1: the PC in the context at a data hit (or at whatever the trigger makes precise). */
#include "probe.h"

static struct stop seen;
static volatile int stops;

static void on_stop(struct stop *stop)
{
	if (!stops++)
		seen = *stop;
	/* A trap before the instruction would come again for ever: go on after it. */
	if (stop->registers.pc == trap_site().instruction)
		stop_go_to(stop, trap_site().next);
}

static void data_pc(void)
{
	struct watch watch = { .data = 0x1234 };
	struct record record;
	int descriptor;
	uint64_t mask;

	trap_handle(on_stop, 0);
	descriptor = trap_open_or_refuse(&watch);
	mask = trap_hit(1);
	trap_settle(500);
	trap_close(descriptor);

	record_begin(&record, "hit");
	record_number(&record, "stops", stops);
	record_number(&record, "mask", (int64_t)mask);
	record_boolean(&record, "hasRegisters", seen.has_registers);
	record_site(&record);
	record_siginfo(&record, &seen.info);
	record_registers(&record, &seen.registers);
	record_end(&record);
}
PROBE("4.1", data_pc);
