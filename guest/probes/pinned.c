/* SPDX-License-Identifier: MIT */
/*
 * Clause 1.11: a pinned watch, while everything else in sight wants the same registers and the same
 * CPU: flexible breakpoints in all other slots, software events, and another process on this CPU
 * with watches of its own on the same addresses, between which the CPU goes to and fro.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"
#include "stop_log.h"

#define STORES 300
#define MOST_SLOTS 32
#define DISTANCE 64

struct times {
	uint64_t count, enabled, running;
};

/* Pipes by which the two processes give each other the turn: [reading end, writing end]. */
static int to_first[2], to_other[2];

/* The watch; or, where `software` is not THE_WATCH, that software event, pinned as the watch is. */
#define THE_WATCH -1
static int open_timed(const struct watch *watch, int software)
{
	struct perf_event_attr attribute;
	int descriptor;

	trap_attribute(watch, &attribute);
	attribute.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	if (software != THE_WATCH) {
		attribute.type = PERF_TYPE_SOFTWARE;
		attribute.config = (uint64_t)software;
		attribute.sigtrap = attribute.remove_on_exec = 0;
		attribute.sig_data = 0;
		attribute.sample_period = 0;
		/* The kernel's own side is not an ordinary user's to count (1.15). */
		attribute.exclude_kernel = geteuid() != 0;
		attribute.bp_type = 0;
		attribute.bp_addr = attribute.bp_len = 0;
	}
	descriptor = perf_open(&attribute, 0);
	return descriptor;
}

static void record_event(const char *what, const char *name, int descriptor, int stops)
{
	struct times times = { 0 };
	struct record record;
	ssize_t got = read(descriptor, &times, sizeof(times));

	record_begin(&record, what);
	record_text(&record, "name", name);
	/* A pinned event that lost its register reads as the end of the file: 0 bytes. */
	record_number(&record, "bytesRead", got);
	record_number(&record, "count", (int64_t)times.count);
	record_number(&record, "timeEnabled", (int64_t)times.enabled);
	record_number(&record, "timeRunning", (int64_t)times.running);
	record_number(&record, "stores", STORES);
	record_number(&record, "stops", stops);
	record_end(&record);
}

/*
 * Stores to the watched byte, and after each gives the turn to the other process: a context switch
 * for certain, in which the registers of one must be taken away and those of the other be loaded.
 * Returns the stores that had one stop with the right data.
 */
static int stores(uint64_t data, bool first)
{
	const int *mine = first ? to_first : to_other, *theirs = first ? to_other : to_first;
	const struct access *store = access_named("store1");
	char turn = 't';
	int right = 0;

	for (int i = 0; i < STORES; i++) {
		if ((i || !first) && read(mine[0], &turn, 1) != 1)
			broken("the other process has gone", EPIPE);
		stop_log_clear();
		store->run(trap_target, NULL);
		right += stop_count == 1 && stop_log_data(0) == (int64_t)data;
		if (write(theirs[1], &turn, 1) != 1)
			broken("the other process has gone", errno);
	}
	return right;
}

/* Context switches of the calling thread, by the kernel's own books: perf is what is asked here. */
static int64_t switches(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage))
		broken("getrusage", errno);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

static void other_process(void)
{
	struct watch watch = { .data = 0xb10 };
	int descriptor = open_timed(&watch, THE_WATCH);

	close(to_other[1]);
	close(to_first[0]);
	if (descriptor < 0)
		trap_refused(&watch, -descriptor);
	for (int i = 1; i < MOST_SLOTS; i++) {
		struct watch more = { .address = (uintptr_t)(trap_target + i * DISTANCE), .data = 0xb10 + (uint64_t)i };

		if (open_timed(&more, THE_WATCH) < 0)
			break;
	}
	record_event("pinned", "other process", descriptor, stores(0xb10, false));
	_exit(0);
}

static void pinned(void)
{
	struct watch watch = { .data = 0xb00 };
	int held[MOST_SLOTS], flexible = 0, last, descriptor, one_more, stops;
	int64_t switched;
	struct record record;
	cpu_set_t one;
	pid_t child;

	stop_log_handle();
	sigtrap_required();
	if (pipe2(to_first, O_CLOEXEC) || pipe2(to_other, O_CLOEXEC))
		broken("pipe", errno);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		broken("sched_setaffinity", errno);
	child = fork();
	if (child < 0)
		broken("fork", errno);
	if (child == 0)
		other_process();
	close(to_first[1]);
	close(to_other[0]);

	/* Flexible ones take every slot, and give one up: the pinned one comes last and is as good as the others. */
	for (int i = 1; i < MOST_SLOTS; i++) {
		struct watch more = { .address = (uintptr_t)(trap_target + i * DISTANCE), .unpinned = true };

		last = open_timed(&more, THE_WATCH);
		if (last < 0)
			break;
		held[flexible++] = last;
	}
	if (flexible > 0)
		close(held[--flexible]);
	open_timed(&watch, PERF_COUNT_SW_CONTEXT_SWITCHES);
	open_timed(&watch, PERF_COUNT_SW_CPU_CLOCK);
	open_timed(&watch, PERF_COUNT_SW_TASK_CLOCK);
	open_timed(&watch, PERF_COUNT_SW_PAGE_FAULTS);
	descriptor = open_timed(&watch, THE_WATCH);
	if (descriptor < 0)
		trap_refused(&watch, -descriptor);
	one_more = open_timed(&watch, THE_WATCH);
	switched = switches();
	stops = stores(0xb00, true);
	switched = switches() - switched;
	record_event("pinned", "first process", descriptor, stops);
	record_begin(&record, "contention");
	record_number(&record, "switches", switched);
	record_number(&record, "flexible", flexible);
	record_number(&record, "errno", one_more < 0 ? -one_more : 0);
	record_end(&record);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}
PROBE("1.11", pinned);
