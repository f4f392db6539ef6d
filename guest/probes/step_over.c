/* SPDX-License-Identifier: MIT */
/* Clauses 5.1–5.3: the handler steps over the triggering instruction, goes elsewhere, or does the instruction's work itself. */
#include "probe.h"
#include "stops.h"

/* A bit of the mask that no site sets. */
#define EMULATED 0x40
#define EMULATED_BYTE 0x5a
#define MEMORY_BYTE 0x11

static struct site site;
static uint64_t destination;
static int result_register; /* -1: leave the registers alone */
static uint64_t result_set, result_cleared;

static void on_stop(struct stop *stop)
{
	if (stop_is_stray(stop, site.instruction)) {
		stop_journal.strays++;
		return;
	}
	stop_keep(stop);
	if (result_register >= 0) {
		uint64_t *value = &stop->registers.general[result_register];

		*value = (*value & ~result_cleared) | result_set;
	}
	stop_go_to(stop, destination);
}

static void record_hit(const char *what, uint64_t result)
{
	struct record record;

	record_begin(&record, what);
	record_stops(&record);
	record_hex(&record, "siteInstruction", site.instruction);
	record_hex(&record, "siteNext", site.next);
	record_hex(&record, "destination", destination);
	record_number(&record, "mask", (int64_t)result);
	record_number(&record, "memory", trap_target[0]);
	record_end(&record);
}

/* One hit at the site of execution (or the trap), the handler going to `to`. */
static void execute(const char *what, uint64_t to)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	int descriptor = trap_open_or_refuse(&watch);
	uint64_t mask;

	destination = to;
	stop_journal_clear();
	mask = trap_hit(0);
	trap_settle(500);
	trap_close(descriptor);
	record_hit(what, mask);
}

static void begin(void)
{
	result_register = -1;
	trap_use_execute();
	trap_handle(on_stop, 0);
	site = trap_site();
}

static bool has_data_trigger(void)
{
	return trigger == HW_BREAKPOINT || trigger == PAGE_FAULT;
}

static void step_over(void)
{
	const struct watch watch = { .type = STORE_WATCH };
	uint64_t mask;
	int descriptor;

	begin();
	execute("stepped-over", site.next);
	if (!has_data_trigger())
		return;
	/* A store: where the trap comes before it, the memory must stay as it was. */
	trap_target[0] = MEMORY_BYTE;
	site = (struct site){ (uintptr_t)site_store_instruction, (uintptr_t)site_store_next, 0 };
	descriptor = trap_open_or_refuse(&watch);
	destination = site.next;
	stop_journal_clear();
	trap_progress();
	trap_refresh(trap_target); /* now it reads zero */
	mask = site_store(trap_target, EMULATED_BYTE);
	trap_settle(500);
	trap_close(descriptor);
	record_hit("store-stepped-over", mask);
}
PROBE("5.1", step_over);

#define ANOTHER_FUNCTION 0x777

/* It returns to the caller of the site, since the sites are leaf functions. */
static __attribute__((noinline)) unsigned long another_function(void)
{
	return ANOTHER_FUNCTION;
}

static void go_elsewhere(void)
{
	begin();
	execute("to-instruction", trap_site().elsewhere);
	execute("to-function", CODE_ADDRESS(another_function));
}
PROBE("5.2", go_elsewhere);

static void emulate(void)
{
	const struct watch watch = { .type = HW_BREAKPOINT_RW };
	unsigned long loaded = 0;
	uint64_t mask;
	int descriptor;

	begin();
	result_register = SITE_MASK_REGISTER;
	result_set = EMULATED;
	execute("emulated", site.next);
	if (!has_data_trigger())
		return;
	trap_target[0] = MEMORY_BYTE;
	site = (struct site){ (uintptr_t)site_load_instruction, (uintptr_t)site_load_next, 0 };
	descriptor = trap_open_or_refuse(&watch);
	destination = site.next;
	result_register = SITE_LOAD_REGISTER;
	result_cleared = ~0ull;
	result_set = EMULATED_BYTE;
	stop_journal_clear();
	trap_progress();
	trap_refresh(trap_target);
	mask = site_load(trap_target, &loaded);
	trap_settle(500);
	trap_close(descriptor);
	record_hit("load-emulated", mask);
	struct record record;

	record_begin(&record, "loaded");
	record_hex(&record, "value", loaded);
	record_end(&record);
}
PROBE("5.3", emulate);
