/* SPDX-License-Identifier: MIT */
/*
 * A family: the tasks of one probe, however they were cloned, each with its hits and its stops,
 * in memory that all of them share. A stop is counted for the task in whose handler it arrives,
 * so a signal that went astray is seen as one too many here and one too few there.
 */
#ifndef TRAPLINE_FAMILY_H
#define TRAPLINE_FAMILY_H

#include "record.h"
#include "trap.h"

struct member {
	char role[32];
	pid_t process, thread;
	volatile int made;      /* hits made */
	volatile int completed; /* those after which the thread ran on behind the site */
	volatile int stops;     /* signals for a hit, handled in this task */
	volatile int others;    /* signals for anything else: under page-fault, the task's own other faults */
	volatile uint64_t data, address; /* sig_data and si_addr of the last stop */
	volatile int status;    /* raw wait status; -1 until family_collect() */
};

/* Maps the shared memory and installs the handler. Call it before family_open(). */
void family_start(void);
/* trap_open_or_refuse(), and remembers the descriptor for family_fork(). */
int family_open(const struct watch *watch);

/*
 * fork(2), with the event off until both sides have their stacks in memory again: under page-fault the
 * first return to the child would be a fault of its own, and one that sparc64 does not survive (a signal
 * that a fault of the register window's fill raises finds %asi at ASI_AIUP, see user_rtt_fill_fixup_common
 * in arch/sparc/kernel/urtt_fill.S, and setup_rt_frame faults for ever). A record "setup" with
 * offAcrossFork says that it was done; clause 2.1 does without. Ends the probe where fork fails.
 */
pid_t family_fork(void);
/* fork(2) with everything armed, for the clause that is about just this. Ends the probe where fork fails. */
pid_t family_fork_armed(void);

/*
 * Opens an event that nobody inherits, so that the kernel does not take the calling task's children for its
 * equals: it exchanges the events of parent and child at a switch between them (kernel/events/core.c,
 * perf_event_context_sched_out), and an inherited uprobe event then filters by the other's memory and is
 * deaf. Clauses 2.1 and 2.2 go without and show it; a task that forks calls this before it does, so that
 * the other clauses are about what they name, and a record "setup" with keptApart says so. Nothing for other triggers: their events do not care.
 */
void family_keep_apart(void);

/*
 * Enters the calling task. The same task may enter again under another role, one for each phase of
 * a probe: stops count for the role that it entered last.
 */
struct member *family_join(const char *role);

/* Makes `count` hits by the trigger; by a store to `address` where that is what triggers. */
void family_hits(struct member *member, int count);
void family_hits_at(struct member *member, uint64_t address, int count);

/* The usual life of a child: enters, hits, and ends with status 0. */
_Noreturn void family_child(const char *role, int count);

/* Waits for a child (any clone) and keeps its status with its roles. Returns the raw status. */
int family_collect(pid_t process);

/*
 * Writes a record "task" for each role and one "tally": signals in tasks that never entered, and the
 * descriptor's count, which has the inherited events' in it once their tasks have ended.
 */
void family_record(int descriptor);

/*
 * Gates: counters that all tasks see. gate_await() returns once `gate` has come to `value`. It gives up
 * when no gate was raised for two seconds, for good: a child that was killed then costs its own
 * observations, not the probe's.
 */
enum { GATE_CHILDREN, GATE_PARENT, GATE_FORKED, GATE_ENABLED, GATES };
void gate_raise(int gate);
void gate_await(int gate, int value);

/*
 * A thread that enters as `role`, hits `count` times, and may go on to `then` before it ends.
 * family_thread() starts it and waits for its end.
 */
struct family_thread {
	const char *role;
	int count;
	void (*then)(void);
};
void family_thread(const struct family_thread *thread);

/* sig_data and si_addr of a signal by perf: the C library's headers may be older than the fields. */
uint64_t perf_signal_data(const siginfo_t *info);
uint64_t perf_signal_address(const siginfo_t *info);

#endif
