/* SPDX-License-Identifier: MIT */
/* Clause 3.9: read(2) into watched memory, from a pipe and from /proc, with the kernel excluded. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hits.h"
#include "probe.h"

#define ROUNDS 20

static volatile int stops;
/* Stops that came by SIGTRAP: a sample that is polled is none. */
static volatile int signals;
static int pipe_ends[2], version;

static void on_stop(struct stop *stop)
{
	stops += stop_is_of_target(stop);
	signals += stop_is_of_target(stop) && stop->info.si_signo == SIGTRAP;
	stop_step_over(stop, trap_site());
}

struct reads {
	int done, right, error;
};

/* Reads of 16 bytes whose first is the watched one, into a fresh page where that is the trigger. */
static struct reads read_from_pipe(void)
{
	static const char text[] = "0123456789abcdef";
	struct reads reads = { 0 };
	char read_back[16];

	for (int i = 0; i < ROUNDS; i++) {
		if (write(pipe_ends[1], text, 16) != 16)
			broken("write to the pipe", errno);
		trap_progress();
		trap_refresh(trap_target);
		if (read(pipe_ends[0], (void *)trap_target, 16) == 16)
			reads.done++;
		else
			reads.error = errno;
		/* This does not trap, and the page is there by now. */
		watched_read(read_back, trap_target, sizeof(read_back));
		reads.right += !memcmp(read_back, text, sizeof(read_back));
	}
	return reads;
}

static struct reads read_from_proc(void)
{
	struct reads reads = { 0 };
	char read_back[16];

	for (int i = 0; i < ROUNDS; i++) {
		trap_progress();
		trap_refresh(trap_target);
		if (pread(version, (void *)trap_target, 16, 0) == 16)
			reads.done++;
		else
			reads.error = errno;
		watched_read(read_back, trap_target, sizeof(read_back));
		reads.right += !memcmp(read_back, "Linux version ", 14);
	}
	return reads;
}

/* One phase: what the reads gave, and the stops and the event's count meanwhile. */
static void run(const char *source, int descriptor, struct reads (*read_all)(void), bool rehearsal)
{
	int64_t before = trap_count(descriptor);
	struct record record;
	struct reads reads;

	stops = 0;
	reads = read_all();
	trap_settle(200);
	record_begin(&record, "reads");
	record_text(&record, "source", source);
	record_number(&record, "rounds", ROUNDS);
	record_number(&record, "done", reads.done);
	record_number(&record, "right", reads.right);
	record_number(&record, "errno", reads.error);
	record_number(&record, "stops", stops);
	record_number(&record, "count", trap_count(descriptor) - before);
	if (!rehearsal)
		record_end(&record);
}

/* The watch is alive all the same: the program's own store traps. */
static void run_own(int descriptor)
{
	int64_t before = trap_count(descriptor);
	struct record record;

	stops = signals = 0;
	hit_at(hit_target(0), 2);
	trap_settle(200);
	record_begin(&record, "own");
	record_number(&record, "stops", stops);
	record_number(&record, "signals", signals);
	record_number(&record, "count", trap_count(descriptor) - before);
	record_end(&record);
}

static void delivery_kernel(void)
{
	struct watch watch = { .data = 0x39, .without_kernel = true };
	int descriptor;

	trap_handle(on_stop, 0);
	stack_touch();
	descriptor = trap_open_or_refuse(&watch);
	version = open("/proc/version", O_RDONLY | O_CLOEXEC);
	if (version < 0 || pipe2(pipe_ends, O_CLOEXEC))
		broken("/proc/version or a pipe", errno);
	hit_at(hit_target(0), 1);
	/* Twice: the first time is a rehearsal, so that all that is touched is there. */
	for (int i = 0; i < 2; i++) {
		run("pipe", descriptor, read_from_pipe, i == 0);
		run("/proc/version", descriptor, read_from_proc, i == 0);
	}
	run_own(descriptor);
	trap_close(descriptor);
}
PROBE("3.9", delivery_kernel);
