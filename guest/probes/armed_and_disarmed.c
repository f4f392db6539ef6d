/* SPDX-License-Identifier: MIT */
/* Clause 1.13: disabled, enabled, and refreshed for a number of stops. */
#include <errno.h>
#include <sys/ioctl.h>

#include "probe.h"
#include "stop_log.h"

static int descriptor;

/* `stores` stores to the watched byte, after the step that is named; the stops, and the event's count. */
static void stores(const char *step, int error, int stores)
{
	const struct access *store = access_named("store1");
	int64_t before = trap_count(descriptor);
	struct record record;

	stop_log_clear();
	for (int i = 0; i < stores; i++) {
		trap_progress();
		store->run(trap_target, NULL);
	}
	record_begin(&record, "stores");
	record_text(&record, "after", step);
	record_number(&record, "errno", -error);
	record_number(&record, "stores", stores);
	record_number(&record, "counted", trap_count(descriptor) - before);
	record_stop_log(&record);
	record_end(&record);
}

static int refresh(long stops)
{
	return ioctl(descriptor, PERF_EVENT_IOC_REFRESH, stops) ? -errno : 0;
}

static void armed_and_disarmed(void)
{
	struct watch watch = { .data = 0xd01, .disabled = true };

	stop_log_handle();
	descriptor = trap_open_or_refuse(&watch);
	stores("open disabled", 0, 3);
	stores("enable", trap_enable(descriptor), 3);
	stores("enable again", trap_enable(descriptor), 3);
	stores("disable", trap_disable(descriptor), 3);
	stores("disable again", trap_disable(descriptor), 3);
	stores("refresh 3", refresh(3), 5);
	stores("refresh 1", refresh(1), 5);
	stores("refresh 2", refresh(2), 1);
	/* One of two is left: it is added to. */
	stores("refresh 2 more", refresh(2), 5);
	/* The limit is used up, so that enabling has none. */
	stores("enable at last", trap_enable(descriptor), 5);
	/* Refreshing an armed event gives it a limit. */
	stores("refresh 2 while armed", refresh(2), 5);
	trap_close(descriptor);
	descriptor = -1;
	stores("close", 0, 3);
}
PROBE("1.13", armed_and_disarmed);
