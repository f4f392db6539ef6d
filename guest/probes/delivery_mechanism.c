/* SPDX-License-Identifier: MIT */
/*
 * Clause 3.10: one small program under every mechanism: where the handler ran, what it was given, how many
 * hits it was called for and whether the thread had been stopped. It is what 3.1–3.4 measure one by one.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "hits.h"
#include "probe.h"
#include "sequence.h"

#define HITS 1000

static volatile unsigned char second[65536] __attribute__((aligned(65536)));
static volatile unsigned char value;
static volatile pid_t hitting; /* the thread that makes the hits */
static volatile uintptr_t stack;
static volatile int stops, ran_there, named, with_registers, second_visible;
static struct stop first;

static void on_stop(struct stop *stop)
{
	struct site site = sequence_site();

	if (!stop_is_of(stop, site))
		return;
	if (!stops)
		first = *stop;
	ran_there += own_thread() == hitting;
	named += stop->thread == hitting;
	with_registers += stop->has_registers && stop->registers.sp - stack + 65536 < 2 * 65536;
	second_visible += second[0] == value;
	stop_step_over(stop, site);
	stops++;
}

static void *make_hits(void *unused)
{
	int hits = hits_affordable(HITS), completed = 0, late = 0, descriptor;
	struct watch watch = sequence_watch();
	struct perf_event_attr attribute;
	struct record record;

	(void)unused;
	hitting = own_thread();
	stack = (uintptr_t)&watch;
	stack_touch();
	descriptor = trap_open_or_refuse(&watch);
	run_first();
	for (int i = -1; i < hits; i++) {
		int before;

		/* The first is a rehearsal; of a poller that has just been started its stop may come late. */
		if (i == 0) {
			trap_settle(2000);
			stops = ran_there = named = with_registers = second_visible = late = 0;
		}
		before = stops;
		value = (unsigned char)(1 + (i & 1));
		second[0] = 0;
		sequence_hit(trap_target, value, second);
		late += stops == before;
		hit_wait(&stops, before);
		completed += i >= 0 && second[0] == value;
	}
	trap_settle(200);
	trap_close(descriptor);
	trap_attribute(&watch, &attribute);

	record_begin(&record, "program");
	record_number(&record, "hits", hits);
	record_number(&record, "completed", completed);
	record_number(&record, "stops", stops);
	record_number(&record, "late", late);
	record_number(&record, "ranInThread", ran_there);
	record_number(&record, "namedThread", named);
	record_number(&record, "withRegisters", with_registers);
	record_number(&record, "secondVisible", second_visible);
	record_hex(&record, "askedData", watch.data);
	record_number(&record, "askedType", attribute.type);
	record_siginfo(&record, &first.info);
	record_end(&record);
	return NULL;
}

static void delivery_mechanism(void)
{
	struct watch watch = sequence_watch();
	pthread_t thread;

	share_processor();
	trap_handle(on_stop, 0);
	trap_close(trap_open_or_refuse(&watch));
	/* In a thread of its own, so that a signal for "the process" would come to the other one. */
	if (pthread_create(&thread, NULL, make_hits, NULL))
		broken("pthread_create", 0);
	pthread_join(thread, NULL);
}
PROBE("3.10", delivery_mechanism);
