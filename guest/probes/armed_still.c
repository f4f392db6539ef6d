/* SPDX-License-Identifier: MIT */
/* Clauses 6.3 and 6.4: a thousand hits in a row, each stepped over; and hits whose PC the handler leaves alone. */
#include "probe.h"
#include "stops.h"

#define HITS 1000
#define HITS_LEFT_ALONE 10

static void on_stop(struct stop *stop)
{
	if (stop_noted(stop))
		stop_go_to(stop, trap_site().next);
}

static void thousand_hits(void)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	unsigned synchronous = 0, masks_alike = 0;
	struct record record;
	uint64_t first_mask = 0;
	int descriptor;

	trap_use_execute();
	stops_on_one_cpu();
	trap_handle(on_stop, 0);
	descriptor = trap_open_or_refuse(&watch);
	for (unsigned i = 0; i < HITS; i++) {
		uint64_t mask = trap_hit(i);

		/* Before the next line runs, the handler has been there. */
		synchronous += stop_journal.stops == i + 1;
		if (!i)
			first_mask = mask;
		masks_alike += mask == first_mask;
	}
	trap_settle(1000);
	record_begin(&record, "thousand");
	record_number(&record, "hits", HITS);
	record_number(&record, "synchronous", synchronous);
	record_number(&record, "count", trap_count(descriptor));
	record_stops(&record);
	record_site(&record);
	record_number(&record, "mask", (int64_t)first_mask);
	record_number(&record, "masksAlike", masks_alike);
	record_end(&record);
	/* Closed, it is silent: the stops were this breakpoint's. */
	if (trigger == TRAP_INSTRUCTION)
		return;
	trap_close(descriptor);
	stop_journal_clear();
	first_mask = trap_hit(0);
	trap_settle(200);
	record_begin(&record, "closed");
	record_number(&record, "stops", stop_journal.stops);
	record_number(&record, "mask", (int64_t)first_mask);
	record_end(&record);
}
PROBE("6.3", thousand_hits);

/* Stops of one hit until it counts as a loop; below that of loop_check(), which would end the probe. */
#define LOOP_STOPS 200

static struct site site;
static volatile unsigned stops_of_hit;
static volatile uint64_t looped_at; /* 0: every hit came to its end by itself */

/*
 * A hit that stops without end is led past its instruction after LOOP_STOPS, so that the loop is
 * recorded for each kind of hit: the execution and the store are two questions.
 */
static void on_stop_left_alone(struct stop *stop)
{
	if (stop_is_stray(stop, site.instruction))
		return;
	stop_keep(stop);
	if (++stops_of_hit < LOOP_STOPS || !stop->has_registers)
		return;
	looped_at = stop->registers.pc;
	stop_go_to(stop, site.next);
}

static void begin_left_alone(const char *instruction, const char *next)
{
	site = (struct site){ (uintptr_t)instruction, (uintptr_t)next, 0 };
	stop_journal_clear();
	looped_at = 0;
}

/* False when the hit before looped: more of them would only cost time. */
static bool begin_hit(void)
{
	if (looped_at)
		return false;
	stops_of_hit = 0;
	trap_progress();
	return true;
}

/* `completed`: how often the instruction had its effect; `once`: in how many hits it had it exactly once. */
static void record_left_alone(const char *what, unsigned completed, unsigned once)
{
	struct record record;

	record_begin(&record, what);
	record_number(&record, "hits", HITS_LEFT_ALONE);
	record_number(&record, "completed", completed);
	record_number(&record, "once", once);
	record_number(&record, "stopsOfLastHit", stops_of_hit);
	record_hex(&record, "loopedAt", looped_at);
	record_stops(&record);
	record_hex(&record, "siteInstruction", site.instruction);
	record_hex(&record, "siteNext", site.next);
	record_end(&record);
}

static void execute_left_alone(void)
{
	unsigned completed = 0, once = 0;

	begin_left_alone(site_increment_instruction, site_increment_next);
	for (unsigned i = 0; i < HITS_LEFT_ALONE && begin_hit(); i++) {
		uint64_t added;

		trap_refresh_text();
		added = site_increment(1000) - 1000;
		completed += (unsigned)added;
		once += added == 1;
	}
	trap_settle(500);
	record_left_alone("executions", completed, once);
}

static void data_left_alone(void)
{
	unsigned completed = 0, once = 0;

	begin_left_alone(site_store_instruction, site_store_next);
	for (unsigned i = 0; i < HITS_LEFT_ALONE && begin_hit(); i++) {
		unsigned char byte;
		uint64_t mask;

		trap_refresh(trap_target);
		mask = site_store(trap_target, i + 1);
		watched_read(&byte, trap_target, 1);
		completed += byte == i + 1;
		once += mask == (SITE_BEFORE | SITE_AFTER);
	}
	trap_settle(500);
	record_left_alone("stores", completed, once);
}

static void trap_left_alone(void)
{
	unsigned completed = 0;

	begin_left_alone(site_trap_instruction, site_trap_next);
	for (unsigned i = 0; i < HITS_LEFT_ALONE && begin_hit(); i++) {
		bool after = trap_hit(0) == (SITE_BEFORE | SITE_AFTER);

		/* Led past it by the handler, it is not completed. */
		completed += after && !looped_at;
	}
	record_left_alone("executions", completed, completed);
}

static void left_alone(void)
{
	struct watch watch = { .type = HW_BREAKPOINT_X, .address = (uintptr_t)site_increment_instruction };
	int descriptor;

	stops_on_one_cpu();
	trap_handle(on_stop_left_alone, 0);
	descriptor = trap_open_or_refuse(&watch);
	if (trigger == TRAP_INSTRUCTION) {
		trap_left_alone();
		return;
	}
	execute_left_alone();
	if (trigger == UPROBE)
		return;
	if (trigger == HW_BREAKPOINT) {
		struct watch data = { .type = STORE_WATCH };

		trap_close(descriptor);
		descriptor = trap_open_or_refuse(&data);
	}
	data_left_alone();
	trap_close(descriptor);
}
PROBE("6.4", left_alone);
