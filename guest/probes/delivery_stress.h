/* SPDX-License-Identifier: MIT */
/* The parts of clause 3.5, which share one handler; each counts in a struct of its own. */
#ifndef TRAPLINE_DELIVERY_STRESS_H
#define TRAPLINE_DELIVERY_STRESS_H

#include "hits.h"

/* Stops of the calling thread, counted by its handler: it runs in the thread that it is for. */
extern __thread volatile int own_stops;

struct hit_score {
	int64_t hits, stops;
	int64_t missed, doubled; /* hits after which the thread's stops had grown by none, by more than one */
	int64_t count;		 /* of the event, if it has one of its own */
	int error;		 /* errno of opening it */
};

/* One hit of the calling thread at target `number`, and what came of it. */
void score_hit(struct hit_score *score, int number);
/* Opens the calling thread's own watch; a descriptor, or -1 with score->error. */
int score_open(struct hit_score *score, int number, bool inherit, bool inherit_thread);

/*
 * A page-fault event that a forked child inherits stops it at each page that the fork left to be copied; it is
 * the second behaviour that looks at this. Here such children have no event, they come and go, and a
 * record says so; clause 2.1 forks with the event armed, which the guest of one architecture does not survive.
 */
#define CHILDREN_INHERIT (trigger != PAGE_FAULT)

/* Forks a child that hits in its own copy of the memory, and waits for its exit. */
struct fork_score {
	int64_t forks, hits, missed, doubled, died;
};
void fork_round(struct fork_score *score, int number);

/*
 * Threads that inherit from the caller, a pair at a time: one exits, then the other one makes its hits.
 * They share a processor, so that the kernel may exchange their contexts (perf_event_context_sched_out()).
 */
void pair_round(struct hit_score *score, int number);

#endif
