/* SPDX-License-Identifier: MIT */
/*
 * Clause 6.6: a storm of another signal during the hits. A thread queues real-time signals, of which
 * none may be lost, a timer sends SIGALRM, which interrupts at any place, and the handler itself sends
 * some to its own thread, which must interrupt it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "probe.h"
#include "stops.h"

#define STORM 100
#define HITS_AT_LEAST 100
#define HITS_AT_MOST 20000
/* Signals in flight: far below RLIMIT_SIGPENDING. */
#define IN_FLIGHT 8

static volatile unsigned stormed, alarms;
static volatile bool sent_all;
static volatile int send_error;
/* Signals in a row before the storm waits for another hit: it must not be over between two of them. */
#define IN_A_ROW 4
/* One of so many stops sends a signal to its own thread. */
#define STOPS_PER_OWN 10

static volatile unsigned hits, arrived_of_thread, sent_inside, nested_own;
static volatile unsigned nested; /* a storm signal that came while a SIGTRAP handler was running */
static volatile bool in_handler;
static pid_t target;

enum sender { THREAD, OWN };

static int send_one(enum sender sender)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_code = SI_QUEUE;
	info.si_value.sival_int = sender;
	return (int)syscall(SYS_rt_tgsigqueueinfo, getpid(), target, SIGRTMIN, &info);
}

static void on_stop(struct stop *stop)
{
	in_handler = true;
	if (stop_noted(stop)) {
		stop_go_to(stop, trap_site().next);
		/* Only where the handler runs in the thread: a tracer or poller would interrupt nothing. */
		if (stop->context && stop_journal.stops % STOPS_PER_OWN == 0) {
			sent_inside++;
			if (send_one(OWN))
				send_error = errno;
		}
	}
	in_handler = false;
}

static void on_storm(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (number == SIGALRM) {
		alarms++;
		return;
	}
	stormed++;
	nested += in_handler;
	if (info->si_value.sival_int == OWN)
		nested_own += in_handler;
	else
		arrived_of_thread++;
}

static void *storm(void *unused)
{
	unsigned before = 0;

	(void)unused;
	for (unsigned i = 0; i < STORM; i++) {
		/* With a lost signal the hits go on to their end, and so does the storm: it is judged, not hung. */
		while ((i - arrived_of_thread >= IN_FLIGHT || (i % IN_A_ROW == 0 && hits == before)) &&
		       hits < HITS_AT_MOST)
			sched_yield();
		if (i % IN_A_ROW == 0)
			before = hits;
		if (send_one(THREAD))
			send_error = errno;
	}
	sent_all = true;
	return NULL;
}

static void signal_storm(void)
{
	const struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, never = { 0 };
	const struct watch watch = { .type = HW_BREAKPOINT_X };
	struct sigaction action = { .sa_sigaction = on_storm, .sa_flags = SA_RESTART | SA_SIGINFO };
	unsigned masks_alike = 0, overlapped = 0;
	uint64_t first_mask = 0;
	struct record record;
	pthread_t thread;
	sigset_t alarm_only;
	int descriptor, error;

	target = own_thread();
	trap_use_execute();
	stops_on_one_cpu();
	trap_handle(on_stop, 0);
	descriptor = trap_open_or_refuse(&watch);
	if (sigaction(SIGRTMIN, &action, NULL) || sigaction(SIGALRM, &action, NULL))
		broken("sigaction", errno);
	/* The sender must not take the timer's signals away from the thread that hits. */
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
	error = pthread_create(&thread, NULL, storm, NULL);
	if (error)
		broken("pthread_create", error);
	pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	/* On a fast machine all is over before the timer has rung once: go on until it has. */
	while ((hits < HITS_AT_LEAST || !sent_all || !alarms) && hits < HITS_AT_MOST) {
		unsigned before = arrived_of_thread;
		uint64_t mask = trap_hit(hits);

		if (!hits)
			first_mask = mask;
		hits = hits + 1;
		overlapped += arrived_of_thread != before;
		masks_alike += mask == first_mask;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	pthread_join(thread, NULL);
	trap_settle(1000);
	record_begin(&record, "storm");
	record_number(&record, "hits", hits);
	record_number(&record, "count", trap_count(descriptor));
	record_stops(&record);
	record_site(&record);
	record_number(&record, "mask", (int64_t)first_mask);
	record_number(&record, "masksAlike", masks_alike);
	record_number(&record, "sent", STORM);
	record_number(&record, "sendError", send_error);
	record_number(&record, "stormed", stormed);
	record_number(&record, "overlapped", overlapped);
	record_number(&record, "sentInside", sent_inside);
	record_number(&record, "nestedOwn", nested_own);
	record_number(&record, "nested", nested);
	record_number(&record, "alarms", alarms);
	record_end(&record);
}
PROBE("6.6", signal_storm);
