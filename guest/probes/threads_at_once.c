/* SPDX-License-Identifier: MIT */
/* Clause 6.7: many threads rewriting their PCs at once, each to its own place in turn. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "probe.h"
#include "stops.h"

#define THREADS 4
#define HITS 100
#define APART 16384

struct worker {
	volatile pid_t thread;
	volatile unsigned char *target; /* page-fault: each has a page of its own, so that no other makes it present */
	volatile bool elsewhere; /* where its next stop is to be sent */
	volatile unsigned stops;
	volatile unsigned wrong_pc;
	volatile unsigned without_registers;
	unsigned as_sent; /* hits after which it was where its own handler had sent it */
	int error;
	int64_t count;
	pthread_t handle;
};
static struct worker workers[THREADS];
static volatile unsigned others; /* stops of no worker */
static pthread_barrier_t start;
static uint64_t expected_pc;

static void on_stop(struct stop *stop)
{
	if (stop_is_stray(stop, trap_site().instruction))
		return;
	for (int i = 0; i < THREADS; i++) {
		struct worker *worker = &workers[i];

		if (worker->thread != stop->thread)
			continue;
		worker->stops++;
		worker->without_registers += !stop->has_registers;
		worker->wrong_pc += stop->registers.pc != expected_pc;
		stop_go_to(stop, worker->elsewhere ? trap_site().elsewhere : trap_site().next);
		return;
	}
	others++;
}

static uint64_t hit(struct worker *worker, unsigned value)
{
	if (trigger != PAGE_FAULT)
		return trap_hit(value);
	trap_progress();
	trap_refresh(worker->target);
	return site_store(worker->target, value);
}

static void *work(void *argument)
{
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	struct worker *worker = argument;
	int descriptor;

	worker->thread = own_thread();
	descriptor = trap_open(&watch);
	if (descriptor < 0)
		worker->error = -descriptor;
	pthread_barrier_wait(&start);
	for (unsigned i = 0; i < HITS && !worker->error; i++) {
		uint64_t mask;

		worker->elsewhere = (i + (unsigned)(worker - workers)) & 1;
		mask = hit(worker, i) & ~(uint64_t)SITE_EFFECT;
		worker->as_sent += mask == (worker->elsewhere ? SITE_BEFORE | SITE_ELSEWHERE : SITE_BEFORE | SITE_AFTER);
	}
	/* poll: this thread's ring must be read before its descriptor goes. */
	pthread_barrier_wait(&start);
	pthread_barrier_wait(&start);
	if (!worker->error) {
		worker->count = trap_count(descriptor);
		trap_close(descriptor);
	}
	return NULL;
}

static void threads_at_once(void)
{
	struct watch watch = { .type = HW_BREAKPOINT_X };
	struct record record;

	if (trigger != PAGE_FAULT)
		trap_use_execute();
	stops_on_one_cpu();
	trap_handle(on_stop, 0);
	/* Told apart here: a kernel without the feature says so before any thread is there. */
	trap_close(trap_open_or_refuse(&watch));
	expected_pc = trigger == UPROBE ? trap_site().next : trap_site().instruction;
	if (trigger == TRAP_INSTRUCTION)
		expected_pc = trap_site().instruction + TRAP_PC_OFFSET;
	pthread_barrier_init(&start, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++) {
		int error;

		workers[i].target = trap_target + i * APART;
		error = pthread_create(&workers[i].handle, NULL, work, &workers[i]);

		if (error)
			broken("pthread_create", error);
	}
	pthread_barrier_wait(&start);
	pthread_barrier_wait(&start);
	trap_settle(1000);
	pthread_barrier_wait(&start);
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].handle, NULL);
	for (int i = 0; i < THREADS; i++) {
		record_begin(&record, "thread");
		record_number(&record, "index", i);
		record_number(&record, "errno", workers[i].error);
		record_number(&record, "hits", HITS);
		record_number(&record, "stops", workers[i].stops);
		record_number(&record, "asSent", workers[i].as_sent);
		record_number(&record, "withoutRegisters", workers[i].without_registers);
		record_number(&record, "wrongPc", workers[i].wrong_pc);
		record_number(&record, "count", workers[i].count);
		record_end(&record);
	}
	record_begin(&record, "threads");
	record_number(&record, "threads", THREADS);
	record_number(&record, "stopsOfOthers", others);
	record_end(&record);
}
PROBE("6.7", threads_at_once);
