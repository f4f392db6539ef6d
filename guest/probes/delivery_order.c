/* SPDX-License-Identifier: MIT */
/* Clause 3.4: a triggering store, then a store to another place; what of them the handler sees. */
#include "hits.h"
#include "probe.h"
#include "sequence.h"

#define HITS 500

/* On a page of its own: a data watchpoint may slow its whole page. */
static volatile unsigned char second[65536] __attribute__((aligned(65536)));
static volatile unsigned char value;
static volatile int stops, elsewhere, target_visible, second_visible;

static void on_stop(struct stop *stop)
{
	struct site site = sequence_site();
	unsigned char byte;

	if (!stop_is_of(stop, site)) {
		elsewhere++;
		return;
	}
	watched_read(&byte, trap_target, 1);
	target_visible += byte == value;
	second_visible += second[0] == value;
	stop_step_over(stop, site);
	stops++;
}

static void delivery_order(void)
{
	struct watch watch = sequence_watch();
	int hits = hits_affordable(HITS);
	int descriptor, completed = 0;
	struct record record;

	share_processor();
	trap_handle(on_stop, 0);
	stack_touch();
	second[0] = 0;
	descriptor = trap_open_or_refuse(&watch);
	run_first();
	for (int i = -1; i < hits; i++) {
		int before;

		/* The first is a rehearsal; of a poller that has just been started its stop may come late. */
		if (i == 0) {
			trap_settle(2000);
			stops = elsewhere = target_visible = second_visible = 0;
		}
		before = stops;
		/* Never the value of the hit before, never 0: seen is seen. */
		value = (unsigned char)(1 + (i & 1));
		second[0] = 0;
		sequence_hit(trap_target, value, second);
		hit_wait(&stops, before);
		completed += i >= 0 && second[0] == value;
	}
	trap_close(descriptor);

	record_begin(&record, "order");
	record_number(&record, "hits", hits);
	record_number(&record, "completed", completed);
	record_number(&record, "stops", stops);
	record_number(&record, "elsewhere", elsewhere);
	record_number(&record, "targetVisible", target_visible);
	record_number(&record, "secondVisible", second_visible);
	record_end(&record);
}
PROBE("3.4", delivery_order);
