/* SPDX-License-Identifier: MIT */
/* Clause 3.3: ten thousand hits, and after each of them: has the handler been called exactly once more? */
#include "hits.h"
#include "probe.h"

#define HITS 10000

static volatile int stops, elsewhere;
/* Stops that came by SIGTRAP: a sample that is polled is none. */
static volatile int signals;

static void on_stop(struct stop *stop)
{
	struct site site = trap_site();

	if (stop_is_of(stop, site)) {
		stops++;
		signals += stop->info.si_signo == SIGTRAP;
	} else {
		elsewhere++;
	}
	stop_step_over(stop, site);
}

static void delivery_count(void)
{
	struct watch watch = { .data = 0x33 };
	int hits = hits_affordable(HITS);
	int descriptor, missed = 0, doubled = 0, completed = 0;
	struct record record;
	int64_t count;

	share_processor();
	trap_handle(on_stop, 0);
	stack_touch();
	descriptor = trap_open_or_refuse(&watch);
	/* A rehearsal, so that nothing is touched for the first time later on. */
	hit_at(hit_target(0), 1);
	trap_settle(200);
	stops = elsewhere = signals = 0;
	count = trap_count(descriptor);
	for (int i = 0; i < hits; i++) {
		int before = stops, grown;

		completed += (hit_at(hit_target(0), (uint64_t)i) & SITE_AFTER) != 0;
		grown = stops - before;
		missed += grown == 0;
		doubled += grown > 1;
	}
	trap_settle(1000);

	record_begin(&record, "hits");
	record_number(&record, "hits", hits);
	record_number(&record, "completed", completed);
	record_number(&record, "stops", stops);
	record_number(&record, "signals", signals);
	record_number(&record, "missed", missed);
	record_number(&record, "doubled", doubled);
	record_number(&record, "elsewhere", elsewhere);
	record_number(&record, "count", count < 0 ? -1 : trap_count(descriptor) - count);
	record_end(&record);
	trap_close(descriptor);
}
PROBE("3.3", delivery_count);
