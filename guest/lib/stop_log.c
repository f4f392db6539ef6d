/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "stop_log.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

struct kept {
	uint64_t data, address, pc;
	int code;
};

volatile int stop_count;
static struct kept kept[STOPS_KEPT];

static void on_stop(struct stop *stop)
{
	const unsigned char *info = (const unsigned char *)&stop->info;
	const size_t word = sizeof(long);
	unsigned long address, data;
	int n = stop_count;

	/* Offsets: see record_siginfo(). */
	memcpy(&address, info + (word == 8 ? 0x10 : 0x0c), word);
	memcpy(&data, info + (word == 8 ? 0x18 : 0x10), word);
	if (n < STOPS_KEPT)
		kept[n] = (struct kept){ data, address, stop->registers.pc, stop->info.si_code };
	stop_count = n + 1;
	if (stop->has_registers && stop_step()) {
		stop->registers.pc += stop_step();
		stop->changed = true;
	}
}

void stop_log_handle(void)
{
	trap_handle(on_stop, 0);
}

void stop_log_clear(void)
{
	/* A new exercise: what comes now is progress, whatever the PC. */
	trap_progress();
	stop_count = 0;
}

int64_t stop_log_data(int n)
{
	return n < stop_count && n < STOPS_KEPT ? (int64_t)kept[n].data : -1;
}

void record_stop_log(struct record *record)
{
	uint64_t data[STOPS_KEPT], addresses[STOPS_KEPT], pcs[STOPS_KEPT];
	int64_t codes[STOPS_KEPT];
	int count = stop_count < STOPS_KEPT ? stop_count : STOPS_KEPT;

	for (int i = 0; i < count; i++) {
		data[i] = kept[i].data;
		addresses[i] = kept[i].address;
		pcs[i] = kept[i].pc;
		codes[i] = kept[i].code;
	}
	record_number(record, "stops", stop_count);
	record_hexes(record, "data", data, (size_t)count);
	record_hexes(record, "addresses", addresses, (size_t)count);
	record_hexes(record, "pcs", pcs, (size_t)count);
	record_numbers(record, "codes", codes, (size_t)count);
}

void sigtrap_required(void)
{
	struct watch watch = { 0 };

	trap_close(trap_open_or_refuse(&watch));
}

void run_control(void (*exercise)(void), unsigned seconds)
{
	struct record record;
	pid_t child = fork();
	int status;

	if (child < 0)
		broken("fork", errno);
	if (child == 0) {
		cpu_set_t one;

		/* Tracer and traced take turns: on one CPU without waiting for another one to wake up. */
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		sched_setaffinity(0, sizeof(one), &one);
		alarm(seconds);
		mechanism = BY_PTRACE;
		exercise();
		_exit(0);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			broken("waitpid", errno);
	record_begin(&record, "control-ended");
	record_number(&record, "status", status);
	record_end(&record);
}

void record_watch(struct record *record, const struct watch *asked)
{
	struct watch watch = watch_with_defaults(asked);

	record_hex(record, "address", watch.address);
	record_number(record, "type", watch.type);
	record_number(record, "length", watch.length);
	record_hex(record, "sigData", watch.data);
}

static void record_access(struct record *record, const struct access *access)
{
	record_text(record, "access", access->name);
	record_boolean(record, "reads", access->kind & ACCESS_READS);
	record_boolean(record, "writes", access->kind & ACCESS_WRITES);
	record_boolean(record, "repeats", access->kind & ACCESS_REPEATS);
	record_boolean(record, "atomic", access->kind & ACCESS_ATOMIC);
	record_number(record, "bytes", access->bytes);
	record_hex(record, "instruction", (uintptr_t)access->instruction);
	record_hex(record, "next", (uintptr_t)access->next);
}

int open_and_record(const char *name, const struct watch *watch)
{
	struct record record;
	int descriptor = trap_open(watch);

	record_begin(&record, "open");
	record_text(&record, "name", name);
	record_watch(&record, watch);
	record_number(&record, "errno", descriptor < 0 ? -descriptor : 0);
	record_end(&record);
	return descriptor;
}

void close_and_record(const char *name, int descriptor)
{
	struct record record;

	if (descriptor < 0)
		return;
	record_begin(&record, "close");
	record_text(&record, "name", name);
	record_number(&record, "errno", -trap_close(descriptor));
	record_end(&record);
}

/* The other side of copies. */
static unsigned char other[512] __attribute__((aligned(64)));

void access_and_record(const struct access *access, volatile void *target)
{
	struct record record;

	stop_log_clear();
	access->run(target, other);
	record_begin(&record, "access");
	record_access(&record, access);
	record_hex(&record, "target", (uintptr_t)target);
	record_stop_log(&record);
	record_end(&record);
}

void sweep_and_record(const char *what, const struct watch *watch, const struct access *access,
		      volatile unsigned char *const *targets, unsigned count)
{
	uint64_t addresses[SWEEP_TARGETS];
	int64_t stops[SWEEP_TARGETS];
	struct record record;
	int descriptor = trap_open(watch);

	stop_log_clear();
	for (unsigned i = 0; i < count && i < SWEEP_TARGETS; i++) {
		int before = stop_count;

		trap_progress();
		if (descriptor >= 0)
			access->run(targets[i], other);
		addresses[i] = (uintptr_t)targets[i];
		stops[i] = stop_count - before;
	}
	if (descriptor >= 0)
		trap_close(descriptor);
	record_begin(&record, what);
	record_watch(&record, watch);
	record_number(&record, "errno", descriptor < 0 ? -descriptor : 0);
	record_access(&record, access);
	record_hexes(&record, "targets", addresses, count);
	record_numbers(&record, "stopsOfTarget", stops, count);
	record_stop_log(&record);
	record_end(&record);
}
