/* SPDX-License-Identifier: MIT */
/*
 * Clause 3.1: threads that run the same code, each with an event (its own, or inherited from the one
 * that made it); which thread the handler ran in, which it was told of, whose registers it was given.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "hits.h"
#include "probe.h"

#define WORKERS 4
#define HITS 500
#define STACK_NEAR (64 * 1024)

struct worker {
	pthread_t handle;
	int number;
	volatile pid_t thread;
	volatile uintptr_t stack; /* an address on its stack */
	volatile int named;       /* stops said to be this thread's */
	volatile int ran;         /* stops for which the handler ran in this thread */
	volatile int foreign;     /* stops whose registers are those of another stack */
	int missed, doubled;      /* hits after which `named` had grown by none, by more than one */
	int descriptor;           /* negative: the errno of its opening */
	int64_t count;
};

static struct worker workers[WORKERS];
static volatile int outside; /* stops of no worker, or at another place than the site */
static bool inherited;
static int hits; /* of each worker */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t ready, start, done;

static void on_stop(struct stop *stop)
{
	struct site site = trap_site();
	pid_t here = own_thread();
	bool known = false;

	if (!stop_is_of(stop, site)) {
		count_up(&outside);
		return;
	}
	for (int i = 0; i < WORKERS; i++) {
		struct worker *worker = &workers[i];

		if (worker->thread == here)
			count_up(&worker->ran);
		if (worker->thread != stop->thread)
			continue;
		known = true;
		if (stop->has_registers && stop->registers.sp - worker->stack + STACK_NEAR > 2 * STACK_NEAR)
			count_up(&worker->foreign);
		count_up(&worker->named);
	}
	if (!known)
		count_up(&outside);
	stop_step_over(stop, site);
}

static void open_own(struct worker *worker)
{
	struct watch watch = { .address = (uintptr_t)hit_target(worker->number), .data = 0x31 };

	if (trigger == UPROBE)
		watch.address = 0;
	pthread_mutex_lock(&opening);
	worker->descriptor = trap_open(&watch);
	pthread_mutex_unlock(&opening);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	volatile unsigned char *target = hit_target(worker->number);

	worker->thread = own_thread();
	worker->stack = (uintptr_t)&worker;
	stack_touch();
	if (!inherited)
		open_own(worker);
	/* A rehearsal, so that nothing is touched for the first time later on. */
	if (worker->descriptor >= 0) {
		hit_at(target, 1);
		trap_settle(200);
		worker->count = inherited ? 0 : trap_count(worker->descriptor);
	}
	worker->named = worker->ran = worker->foreign = 0;
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&start);
	for (int i = 0; worker->descriptor >= 0 && i < hits; i++) {
		int before = worker->named, grown;

		hit_at(target, (uint64_t)i);
		grown = worker->named - before;
		worker->missed += grown == 0;
		worker->doubled += grown > 1;
	}
	/* None exits while another one hits: clause 3.5 is about that. */
	pthread_barrier_wait(&done);
	trap_settle(500);
	if (!inherited && worker->descriptor >= 0) {
		worker->count = trap_count(worker->descriptor) - worker->count;
		trap_close(worker->descriptor);
	}
	return NULL;
}

#define COLLECT(key, field)                                                                        \
	do {                                                                                       \
		int64_t values[WORKERS];                                                           \
		for (int i = 0; i < WORKERS; i++)                                                  \
			values[i] = workers[i].field;                                              \
		record_numbers(&record, key, values, WORKERS);                                     \
	} while (0)

static void report(int64_t count)
{
	struct record record;

	record_begin(&record, "threads");
	record_boolean(&record, "inherited", inherited);
	record_boolean(&record, "hasRegisters", mechanism != BY_POLL);
	record_number(&record, "hits", hits);
	COLLECT("named", named);
	COLLECT("ran", ran);
	COLLECT("foreign", foreign);
	COLLECT("missed", missed);
	COLLECT("doubled", doubled);
	record_number(&record, "outside", outside);
	record_number(&record, "total", WORKERS * hits);
	record_number(&record, "count", count);
	record_end(&record);
}

static void run(bool by_inheritance, int inherited_descriptor)
{
	struct watch watch = { .data = 0x31 };
	int64_t before, count = 0;

	memset(workers, 0, sizeof(workers));
	inherited = by_inheritance;
	pthread_barrier_init(&ready, NULL, WORKERS + 1);
	pthread_barrier_init(&start, NULL, WORKERS + 1);
	pthread_barrier_init(&done, NULL, WORKERS);
	for (int i = 0; i < WORKERS; i++) {
		workers[i].number = i;
		if (pthread_create(&workers[i].handle, NULL, work, &workers[i]))
			broken("pthread_create", 0);
	}
	pthread_barrier_wait(&ready);
	outside = 0;
	before = inherited ? trap_count(inherited_descriptor) : 0;
	pthread_barrier_wait(&start);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(workers[i].handle, NULL);
	for (int i = 0; i < WORKERS; i++) {
		if (workers[i].descriptor < 0)
			trap_refused(&watch, -workers[i].descriptor);
		count += workers[i].count;
	}
	report(inherited ? trap_count(inherited_descriptor) - before : count);
}

static void delivery_thread(void)
{
	struct watch watch = { .data = 0x31 };

	hits = hits_affordable(HITS);
	share_processor();
	trap_handle(on_stop, 0);
	/* First of all: does the kernel know it? Threads could not say so as well. */
	trap_close(trap_open_or_refuse(&watch));
	run(false, -1);
	if (mechanism == BY_SIGTRAP) {
		watch.inherit_thread = true;
		run(true, trap_open_or_refuse(&watch));
	}
}
PROBE("3.1", delivery_thread);
