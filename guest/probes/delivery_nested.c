/* SPDX-License-Identifier: MIT */
/* Clause 3.8: the handler itself makes a hit, with SIGTRAP blocked in it (as usual) and with SA_NODEFER. */
#include <string.h>

#include "hits.h"
#include "probe.h"

static struct stop seen[2]; /* of the hit outside and of the hit in the handler, in the order in which they came */
static volatile int stops, depth, depth_of_second, inner_begun, inner_completed;

static void on_stop(struct stop *stop)
{
	depth++;
	if (stops < 2)
		seen[stops] = *stop;
	if (stops == 1)
		depth_of_second = depth;
	stops++;
	if (!inner_begun) {
		inner_begun = 1;
		inner_completed = (hit_at(hit_target(1), 2) & SITE_AFTER) != 0;
	}
	stop_step_over(stop, trap_site());
	depth--;
}

static void run(const char *name, int flags)
{
	struct watch watch = { .data = 0x38 };
	struct record record;
	int descriptor, outer_completed;
	int64_t count;

	trap_handle(on_stop, flags);
	descriptor = trap_open_or_refuse(&watch);
	/* A rehearsal, nested as well: the stack of a handler inside a handler is touched for the first time. */
	stops = inner_begun = inner_completed = depth_of_second = 0;
	hit_at(hit_target(0), 1);
	stops = inner_begun = inner_completed = depth_of_second = 0;
	memset(seen, 0, sizeof(seen));
	count = trap_count(descriptor);
	outer_completed = (hit_at(hit_target(0), 3) & SITE_AFTER) != 0;
	count = trap_count(descriptor) - count;
	trap_close(descriptor);

	record_begin(&record, "nested");
	record_text(&record, "flags", name);
	record_number(&record, "stops", stops);
	record_number(&record, "depthOfSecond", depth_of_second);
	record_number(&record, "innerCompleted", inner_completed);
	record_number(&record, "outerCompleted", outer_completed);
	record_number(&record, "count", count);
	record_site(&record);
	record_hex(&record, "firstPc", seen[0].registers.pc);
	record_hex(&record, "secondPc", seen[1].registers.pc);
	record_boolean(&record, "secondStackDeeper", STACK_GROWS_UP ? seen[1].registers.sp > seen[0].registers.sp :
								      seen[1].registers.sp < seen[0].registers.sp);
	record_end(&record);
	/* The siginfo of both: their flags tell which came late. */
	for (int i = 0; i < 2; i++) {
		record_begin(&record, "nested-siginfo");
		record_text(&record, "flags", name);
		record_number(&record, "order", i);
		record_siginfo(&record, &seen[i].info);
		record_end(&record);
	}
}

static void delivery_nested(void)
{
	stack_touch();
	run("blocked", 0);
	run("nodefer", SA_NODEFER);
}
PROBE("3.8", delivery_nested);
