/* SPDX-License-Identifier: MIT */
/* Clause 1.12: an open watch is given another address, length, type or sig_data. */
#include <errno.h>
#include <sys/ioctl.h>

#include "probe.h"
#include "stop_log.h"

#define FIRST (trap_target + 512)
#define SECOND (trap_target + 512 + 64)
/* On another page, so that the emulator and the kernel have to move more than an offset. */
#define THIRD (trap_target + 8192 + 8)

static int descriptor;

static void modify(struct watch watch)
{
	struct perf_event_attr attribute;
	struct record record;
	int error;

	trap_attribute(&watch, &attribute);
	error = ioctl(descriptor, PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &attribute) ? errno : 0;
	record_begin(&record, "modify");
	record_text(&record, "name", "watch");
	record_watch(&record, &watch);
	record_boolean(&record, "disabled", watch.disabled);
	record_number(&record, "errno", error);
	record_end(&record);
}

/* All that could fire, whatever the watch was or is: one access of each kind at each place. */
static void touch_everything(void)
{
	volatile unsigned char *const places[] = { FIRST, FIRST + 1, FIRST + 7, SECOND, THIRD };
	static const char *const kinds[] = { "store1", "load1" };

	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (unsigned k = 0; k < 2; k++)
			access_and_record(access_named(kinds[k]), places[i]);
	access_and_record(access_named("load4"), trap_target + 2048);
}

/* To an execute watch: where there are none it is refused, and the watch stays what it is. */
static void to_execution(void)
{
	const struct watch watch = { .address = (uintptr_t)access_named("load4")->instruction,
				     .type = HW_BREAKPOINT_X, .data = 0xc03 };

	modify(watch);
	touch_everything();
}

static void modified(void)
{
	struct watch watch = { .address = (uintptr_t)FIRST, .data = 0xc01 };
	int64_t count;
	struct record record;

	stop_log_handle();
	sigtrap_required();
	descriptor = open_and_record("watch", &watch);
	if (descriptor < 0)
		return;
	touch_everything();
	watch.address = (uintptr_t)SECOND;
	modify(watch);
	touch_everything();
	watch.address = (uintptr_t)THIRD;
	modify(watch);
	touch_everything();
	watch.address = (uintptr_t)FIRST;
	watch.length = WIDEST_WATCH;
	modify(watch);
	touch_everything();
	watch.length = 2;
	modify(watch);
	touch_everything();
	watch.type = HW_BREAKPOINT_RW;
	modify(watch);
	touch_everything();
	watch.data = 0xc02;
	modify(watch);
	touch_everything();
	if (HAS_EXECUTE_REGISTERS)
		to_execution();
	/* All at once, back to data. */
	watch = (struct watch){ .address = (uintptr_t)SECOND, .type = STORE_WATCH, .length = 1, .data = 0xc04 };
	modify(watch);
	touch_everything();
	watch.disabled = true;
	modify(watch);
	touch_everything();
	watch.disabled = false;
	modify(watch);
	touch_everything();
	/* Last, so that what a refusal changes hides nothing else. */
	if (!HAS_EXECUTE_REGISTERS)
		to_execution();
	count = trap_count(descriptor);
	record_begin(&record, "count");
	record_text(&record, "name", "watch");
	record_number(&record, "count", count);
	record_end(&record);
	close_and_record("watch", descriptor);
	touch_everything();
}
PROBE("1.12", modified);
