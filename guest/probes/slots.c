/* SPDX-License-Identifier: MIT */
/* Clauses 1.1, 1.2 and 1.14: all registers in use at once, one more, and the same slots again and again. */
#include <stdio.h>

#include "stop_log.h"
#include "probe.h"

#define MOST_SLOTS 32
#define DISTANCE 64
#define ROUNDS 1000

static volatile unsigned char *place(int n)
{
	return trap_target + n * DISTANCE;
}

/* Watch number n of a class; execute watches lie on the instructions of the accesses themselves. */
static struct watch nth(bool execute, int n)
{
	if (execute)
		return (struct watch){ .type = HW_BREAKPOINT_X,
				       .address = (uintptr_t)accesses[n].instruction,
				       .data = 0x200 + (uint64_t)n };
	return (struct watch){ .address = (uintptr_t)place(n), .data = 0x100 + (uint64_t)n };
}

static const char *name_of(bool execute, int n)
{
	static char name[16];

	snprintf(name, sizeof(name), "%s%d", execute ? "x" : "w", n);
	return name;
}

static void touch(bool execute, int n)
{
	if (execute) {
		/* What is executed goes somewhere else: no data watch is armed, and no other instruction watched. */
		access_and_record(&accesses[n], trap_target + 4096);
		return;
	}
	access_and_record(access_named("store1"), place(n));
	/*
	 * A byte between the watches is silent. The store also makes QEMU's TCG forget the mark of the last
	 * watchpoint: else DR6 shows it together with the next one (facts-qemu.md), and two events fire.
	 */
	access_and_record(access_named("store1"), place(n) + DISTANCE / 2);
}

/* Four at once; each is hit first, last, and after each of the others. */
static void four(bool execute)
{
	static const int order[] = { 0, 1, 2, 3, 3, 2, 1, 0, 2, 0, 3, 1, 1, 3, 0, 2 };
	int descriptors[4];

	for (int i = 0; i < 4; i++) {
		struct watch watch = nth(execute, i);

		descriptors[i] = open_and_record(name_of(execute, i), &watch);
	}
	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		touch(execute, order[i]);
	if (!execute)
		for (int i = 0; i < 4; i++)
			access_and_record(access_named("store1"), place(i) + 1);
	for (int i = 0; i < 4; i++) {
		struct record record;

		record_begin(&record, "count");
		record_text(&record, "name", name_of(execute, i));
		record_number(&record, "count", trap_count(descriptors[i]));
		record_end(&record);
		close_and_record(name_of(execute, i), descriptors[i]);
	}
}

static void four_at_once(void)
{
	stop_log_handle();
	sigtrap_required();
	four(false);
	four(true);
}
PROBE("1.1", four_at_once);

/* Opens until one is refused; records how many there were, and the errno of the first that did not fit. */
static int fill(const char *what, bool execute, int *descriptors)
{
	struct record record;
	int opened = 0, result = 0;

	while (opened < MOST_SLOTS && (!execute || opened < (int)access_count)) {
		struct watch watch = nth(execute, opened);

		result = trap_open(&watch);
		if (result < 0)
			break;
		descriptors[opened++] = result;
	}
	record_begin(&record, what);
	record_text(&record, "class", execute ? "execute" : "data");
	record_number(&record, "opened", opened);
	record_number(&record, "errno", result < 0 ? -result : 0);
	record_end(&record);
	return opened;
}

/* Each of the open ones is hit once. */
static void fire_each(bool execute, int count)
{
	for (int i = 0; i < count; i++) {
		struct record record;

		stop_log_clear();
		if (execute)
			accesses[i].run(trap_target + 4096, trap_target + 8192);
		else
			access_named("store1")->run(place(i), NULL);
		record_begin(&record, "fired");
		record_text(&record, "class", execute ? "execute" : "data");
		record_hex(&record, "sigData", nth(execute, i).data);
		record_stop_log(&record);
		record_end(&record);
		/* Makes QEMU's TCG forget the mark of this watchpoint: see touch(). */
		access_named("store2")->run(trap_target + DISTANCE / 2, NULL);
	}
}

static void one_too_many(void)
{
	int data[MOST_SLOTS], execute[MOST_SLOTS];
	int data_count, execute_count;

	stop_log_handle();
	sigtrap_required();
	data_count = fill("filled", false, data);
	execute_count = fill("filled-beside", true, execute);
	/* The execute watches lie on the very accesses that hit the data watches: without them one stop each. */
	for (int i = 0; i < execute_count; i++)
		trap_close(execute[i]);
	fire_each(false, data_count);
	for (int i = 0; i < data_count; i++)
		trap_close(data[i]);
	execute_count = fill("filled", true, execute);
	fire_each(true, execute_count);
	for (int i = 0; i < execute_count; i++)
		trap_close(execute[i]);
}
PROBE("1.2", one_too_many);

/* Every round takes a slot, hits it and gives it back; slots that do not come back are missed soon. */
static void rounds(bool execute)
{
	int64_t first_errno = 0, failed_round = -1, odd = 0, total = 0, silent = 0;
	const struct watch watch = nth(execute, 0);
	struct record record;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		int descriptor = trap_open(&watch);

		if (descriptor < 0) {
			first_errno = -descriptor;
			failed_round = round;
			break;
		}
		for (int closed = 0; closed < 2; closed++) {
			stop_log_clear();
			if (execute)
				accesses[0].run(trap_target + 4096, trap_target + 8192);
			else
				access_named("store1")->run(place(0), NULL);
			if (!closed) {
				total += stop_count;
				odd += stop_count != 1 || stop_log_data(0) != (int64_t)watch.data;
				trap_close(descriptor);
			} else {
				silent += stop_count == 0;
			}
		}
	}
	record_begin(&record, "rounds");
	record_text(&record, "class", execute ? "execute" : "data");
	record_number(&record, "rounds", round);
	record_number(&record, "failedRound", failed_round);
	record_number(&record, "errno", first_errno);
	record_number(&record, "stops", total);
	/* Rounds in which the stops were not one, with the watch's data; and those silent after closing. */
	record_number(&record, "oddRounds", odd);
	record_number(&record, "silentWhenClosed", silent);
	record_end(&record);
}

static void again_and_again(void)
{
	int descriptors[MOST_SLOTS], slots;

	stop_log_handle();
	sigtrap_required();
	for (int execute = 0; execute < 2; execute++) {
		slots = fill("before", execute, descriptors);
		for (int i = 0; i < slots; i++)
			trap_close(descriptors[i]);
		rounds(execute);
		slots = fill("after", execute, descriptors);
		for (int i = 0; i < slots; i++)
			trap_close(descriptors[i]);
	}
}
PROBE("1.14", again_and_again);
