/* SPDX-License-Identifier: MIT */
/*
 * Clause 3.5: threads that hit, one whose event is switched on and off meanwhile, children that are forked
 * and exit. Bounded: rounds of forks and pairs, at most LIMIT_MS of each; the others go on until these have ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

#include "delivery_stress.h"
#include "probe.h"

#define STEADY 2
#define TOGGLED_TARGET 2
#define FORK_TARGET 3
#define PAIR_TARGET 4 /* and 5 */
#define FORKS 12
#define PAIRS 24
#define LIMIT_MS 700
/* Rounds for certain, however long they take, and what the other threads are given time for: else it is no stress. */
#define FEWEST 8
#define FEWEST_HITS 100
#define FEWEST_TOGGLES 10
#define PATIENCE_MS 4000

__thread volatile int own_stops;

static volatile int elsewhere;
static volatile bool over;
static struct hit_score steady[STEADY], toggled, pairs;
static struct fork_score forks;
static volatile int toggled_descriptor = -1;
static volatile int64_t toggles;

static void on_stop(struct stop *stop)
{
	if (stop_is_of(stop, trap_site()))
		own_stops++;
	else if (stop_is_of_target(stop))
		count_up(&elsewhere);
	stop_step_over(stop, trap_site());
}

void score_hit(struct hit_score *score, int number)
{
	int before = own_stops, grown;

	hit_at(hit_target(number), 1);
	grown = own_stops - before;
	score->hits++;
	score->stops += grown;
	score->missed += grown == 0;
	score->doubled += grown > 1;
}

int score_open(struct hit_score *score, int number, bool inherit, bool inherit_thread)
{
	struct watch watch = { .data = 0x35, .inherit = inherit, .inherit_thread = inherit_thread };
	int descriptor;

	if (trigger != UPROBE)
		watch.address = (uintptr_t)hit_target(number);
	descriptor = trap_open(&watch);
	if (descriptor < 0) {
		score->error = -descriptor;
		return -1;
	}
	hit_at(hit_target(number), 1);
	score->count = -trap_count(descriptor);
	return descriptor;
}

static void *hit_steadily(void *argument)
{
	struct hit_score *score = argument;
	int number = (int)(score - steady), descriptor;

	stack_touch();
	descriptor = score_open(score, number, false, false);
	while (descriptor >= 0 && !over)
		score_hit(score, number);
	score->count += trap_count(descriptor);
	return NULL;
}

static void *hit_toggled(void *unused)
{
	int descriptor;

	(void)unused;
	stack_touch();
	descriptor = score_open(&toggled, TOGGLED_TARGET, false, false);
	toggled_descriptor = descriptor;
	while (descriptor >= 0 && !over)
		score_hit(&toggled, TOGGLED_TARGET);
	toggled.count += trap_count(descriptor);
	return NULL;
}

static void *toggle(void *unused)
{
	(void)unused;
	while (toggled_descriptor < 0 && !over)
		sched_yield();
	while (toggled_descriptor >= 0 && !over) {
		trap_disable(toggled_descriptor);
		sched_yield();
		trap_enable(toggled_descriptor);
		toggles++;
		/* Long enough for hits to happen between two of them. */
		nanosleep(&(struct timespec){ 0, 300000 }, NULL);
	}
	return NULL;
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What another thread counts, as it is now: only to wait by, so that two halves read one after the other are no harm. */
static int64_t so_far(const volatile int64_t *count)
{
	return *count;
}

static bool enough_hits(void)
{
	if (trigger != TRAP_INSTRUCTION && (toggles < FEWEST_TOGGLES || so_far(&toggled.stops) < FEWEST_HITS))
		return false;
	for (int i = 0; i < STEADY; i++)
		if (so_far(&steady[i].hits) < FEWEST_HITS && !steady[i].error)
			return false;
	return true;
}

/* The calling thread's children are forked while the other threads hit. */
static void run_together(void)
{
	pthread_t handles[STEADY + 2];
	int64_t begin = milliseconds();
	struct hit_score own = { 0 };
	int descriptor;

	for (int i = 0; i < STEADY; i++)
		if (pthread_create(&handles[i], NULL, hit_steadily, &steady[i]))
			broken("pthread_create", 0);
	if (pthread_create(&handles[STEADY], NULL, hit_toggled, NULL) ||
	    pthread_create(&handles[STEADY + 1], NULL, toggle, NULL))
		broken("pthread_create", 0);
	descriptor = score_open(&own, FORK_TARGET, CHILDREN_INHERIT, false);
	for (int i = 0; descriptor >= 0 && i < FORKS && (i < FEWEST || milliseconds() - begin < LIMIT_MS); i++)
		fork_round(&forks, FORK_TARGET);
	while (!enough_hits() && milliseconds() - begin < PATIENCE_MS)
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	over = true;
	for (int i = 0; i < STEADY + 2; i++)
		pthread_join(handles[i], NULL);
	if (descriptor >= 0)
		trap_close(descriptor);
}

/* Alone, so that the two threads of a pair follow each other on one processor. */
static void run_pairs(void)
{
	int64_t begin = milliseconds();
	cpu_set_t one;
	int descriptor;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		broken("sched_setaffinity", errno);
	descriptor = score_open(&pairs, PAIR_TARGET, false, true);
	for (int i = 0; descriptor >= 0 && i < PAIRS && (i < FEWEST || milliseconds() - begin < LIMIT_MS); i++)
		pair_round(&pairs, PAIR_TARGET);
	if (descriptor >= 0)
		trap_close(descriptor);
}

static void record_score(const char *who, const struct hit_score *score)
{
	struct record record;

	record_begin(&record, "hitting");
	record_text(&record, "who", who);
	record_number(&record, "errno", score->error);
	record_number(&record, "hits", score->hits);
	record_number(&record, "stops", score->stops);
	record_number(&record, "missed", score->missed);
	record_number(&record, "doubled", score->doubled);
	record_number(&record, "count", score->count);
	record_end(&record);
}

static void delivery_stress(void)
{
	struct watch watch = { .data = 0x35 };
	struct record record;

	trap_handle(on_stop, 0);
	stack_touch();
	trap_close(trap_open_or_refuse(&watch));
	if (!CHILDREN_INHERIT)
		record_left_out("children that hit",
				"forking with an inherited page-fault event loses the machine on SPARC: clause 2.1 shows it");
	run_together();
	run_pairs();
	for (int i = 0; i < STEADY; i++)
		record_score("steady", &steady[i]);
	record_score("toggled", &toggled);
	record_score("pairs", &pairs);
	record_begin(&record, "children");
	record_number(&record, "forks", forks.forks);
	record_number(&record, "hits", forks.hits);
	record_number(&record, "missed", forks.missed);
	record_number(&record, "doubled", forks.doubled);
	record_number(&record, "died", forks.died);
	record_number(&record, "toggles", toggles);
	record_number(&record, "elsewhere", elsewhere);
	record_end(&record);
}
PROBE("3.5", delivery_stress);
