/* SPDX-License-Identifier: MIT */
/* A journal of stops for probes that care for each one's PC, filled by their handlers. */
#ifndef TRAPLINE_STOPS_H
#define TRAPLINE_STOPS_H

#include "trap.h"

#define STOP_JOURNAL_ROOM 16

struct stop_journal {
	volatile unsigned stops;  /* those that belong to the clause; the first STOP_JOURNAL_ROOM are kept below */
	volatile unsigned strays; /* page faults elsewhere (the handler's stack, code not yet mapped, …), and what came late */
	uint64_t pc[STOP_JOURNAL_ROOM], npc[STOP_JOURNAL_ROOM];
	struct stop first;
};
extern struct stop_journal stop_journal;

/*
 * A signal of O_ASYNC that came late: the thread had gone on, and was outside of these addresses. To send it from there
 * to a place of the site would make it run wild. Other mechanisms are never late in this sense.
 */
bool stop_is_late(const struct stop *stop, uint64_t from, uint64_t to);
/*
 * The trigger page-fault sees every fault of the thread: those that are not at `place` are strays. It is
 * exact, since a fault is taken before its instruction; a kernel that gives another PC shows as no stop.
 * Of the other triggers only what came late is one.
 */
bool stop_is_stray(const struct stop *stop, uint64_t place);
/* Notes the stop. Not for several threads at once. */
void stop_keep(const struct stop *stop);
/* Both for the site of trap_hit(): false for a stray, which the handler then leaves alone. */
bool stop_noted(const struct stop *stop);
void stop_journal_clear(void);
/* stops, strays, pcs, npcs, hasRegisters. */
void record_stops(struct record *record);

/*
 * Under ptrace, keeps this thread and the tracer that it starts later on one CPU: a thousand stops then cost
 * context switches instead of wake-ups across emulated CPUs, which are ten times slower. Call before trap_handle().
 */
void stops_on_one_cpu(void);

#endif
