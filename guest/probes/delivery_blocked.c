/* SPDX-License-Identifier: MIT */
/* Clause 3.6: hits while SIGTRAP is blocked, then unblocked, then a hit as usual. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "hits.h"
#include "probe.h"

#define BLOCKED_HITS 3

static struct stop first;
static volatile int stops, at_site;

static void on_stop(struct stop *stop)
{
	struct site site = trap_site();

	if (!stops++)
		first = *stop;
	at_site += stop_is_of(stop, site);
	stop_step_over(stop, site);
}

static void record_phase(const char *phase, uint64_t masks)
{
	struct record record;

	record_begin(&record, "phase");
	record_text(&record, "phase", phase);
	record_number(&record, "stops", stops);
	record_number(&record, "atSite", at_site);
	record_number(&record, "completed", (int64_t)masks);
	record_hex(&record, "pc", first.registers.pc);
	record_site(&record);
	record_siginfo(&record, &first.info);
	record_end(&record);
	stops = at_site = 0;
	memset(&first, 0, sizeof(first));
}

static void delivery_blocked(void)
{
	struct watch watch = { .data = 0x36 };
	int descriptor, completed = 0, stopped;
	sigset_t trap, pending;
	struct record record;
	int64_t before;

	trap_handle(on_stop, 0);
	stack_touch();
	descriptor = trap_open_or_refuse(&watch);
	hit_at(hit_target(0), 1);
	before = trap_count(descriptor);
	stops = at_site = 0;
	memset(&first, 0, sizeof(first));

	sigemptyset(&trap);
	sigaddset(&trap, SIGTRAP);
	if (sigprocmask(SIG_BLOCK, &trap, NULL))
		broken("sigprocmask", errno);
	for (int i = 0; i < BLOCKED_HITS; i++)
		completed += (hit_at(hit_target(0), 2) & SITE_AFTER) != 0;
	stopped = stops;
	sigpending(&pending);
	/* Disabled now, so that unblocking itself is the only thing that can bring a signal. */
	trap_disable(descriptor);
	sigprocmask(SIG_UNBLOCK, &trap, NULL);

	record_begin(&record, "blocked");
	record_number(&record, "hits", BLOCKED_HITS);
	record_number(&record, "completed", completed);
	record_number(&record, "stops", stopped);
	record_boolean(&record, "pending", sigismember(&pending, SIGTRAP) == 1);
	record_number(&record, "count", trap_count(descriptor) - before);
	record_end(&record);
	record_phase("unblocked", 0);

	trap_enable(descriptor);
	completed = (hit_at(hit_target(0), 3) & SITE_AFTER) != 0;
	trap_disable(descriptor);
	record_phase("after", (uint64_t)completed);
	trap_close(descriptor);
}
PROBE("3.6", delivery_blocked);
