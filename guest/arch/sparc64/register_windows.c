/* SPDX-License-Identifier: MIT */
/* Clause 6.8: the windows of the interrupted function and of its callers, after a handler that spilled them all. */
#include <string.h>

#include "probe.h"
#include "register_windows.h"

/* The upper 16 bits of a word. */
#define PATTERN (0x5a5aul << (8 * sizeof(long) - 16))
#define JUNK (0xdeadul << (8 * sizeof(long) - 16))

typedef void window_chain(unsigned long, volatile void *, struct window_values *, unsigned long);

static struct window_values values[WINDOW_LEVELS];
static volatile int stops, strays;
static volatile unsigned long spilled;
static uint64_t site;

static void on_stop(struct stop *stop)
{
	/* With uprobe PC is behind the instruction. */
	if (stop->registers.pc != site && stop->registers.pc != site + 4) {
		strays++;
		return;
	}
	stops++;
	spilled = window_spill(HANDLER_LEVELS - 1, JUNK);
	if (trigger == TRAP_INSTRUCTION && stop->has_registers) {
		stop->registers.pc = stop->registers.npc;
		stop->registers.npc += 4;
		stop->changed = true;
	}
}

static window_chain *chain_of_trigger(void)
{
	switch (trigger) {
	case PAGE_FAULT:
		site = (uintptr_t)window_chain_store_site;
		return window_chain_store;
	case TRAP_INSTRUCTION:
		site = (uintptr_t)window_chain_trap_site;
		return window_chain_trap;
	default:
		site = (uintptr_t)window_chain_execute_site;
		return window_chain_execute;
	}
}

static void windows(void)
{
	struct watch watch = { .disabled = true };
	struct record record;
	window_chain *chain = chain_of_trigger();
	int descriptor;

	trap_handle(on_stop, 0);
	if (trigger == UPROBE) {
		watch.type = HW_BREAKPOINT_X;
		watch.address = site;
	}
	/* The stack's pages and the code's are there before the event is armed. */
	window_spill(HANDLER_LEVELS + WINDOW_LEVELS, 0);
	if (trigger != TRAP_INSTRUCTION)
		chain(WINDOW_LEVELS - 1, trap_target, values, 0);
	memset(values, 0, sizeof(values));
	descriptor = trap_open_or_refuse(&watch);
	trap_refresh(trap_target);
	trap_progress();
	trap_enable(descriptor);
	chain(WINDOW_LEVELS - 1, trap_target, values, PATTERN);
	trap_disable(descriptor);
	trap_close(descriptor);

	record_begin(&record, "stopped");
	record_number(&record, "stops", stops);
	record_number(&record, "strays", strays);
	record_number(&record, "levels", WINDOW_LEVELS);
	record_number(&record, "handlerLevels", HANDLER_LEVELS);
	record_number(&record, "spilled", (int64_t)spilled);
	record_hex(&record, "pattern", PATTERN);
	record_end(&record);
	for (int level = 0; level < WINDOW_LEVELS; level++) {
		record_begin(&record, "window");
		record_number(&record, "level", level);
		record_words(&record, "before", values[level].before, WINDOW_REGISTERS);
		record_words(&record, "after", values[level].after, WINDOW_REGISTERS);
		record_end(&record);
	}
}
PROBE("6.8", windows);
