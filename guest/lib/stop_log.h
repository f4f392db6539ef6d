/* SPDX-License-Identifier: MIT */
/* A handler that only keeps a log of the stops, for probes that ask which watch fired, how often and where. */
#ifndef TRAPLINE_STOP_LOG_H
#define TRAPLINE_STOP_LOG_H

#include "access.h"
#include "trap.h"

#define STOPS_KEPT 64
/* Targets of one sweep_and_record(). */
#define SWEEP_TARGETS 16

/* Stops since stop_log_clear(); all are counted, the first STOPS_KEPT are kept with their values. */
extern volatile int stop_count;

/* Installs the handler. It moves the PC on by stop_step(), so that an access is stopped at once only. */
void stop_log_handle(void);
void stop_log_clear(void);
/* si_perf_data of the n-th stop in the log, or -1. */
int64_t stop_log_data(int n);
/* Adds "stops", and of each kept stop: "data" (si_perf_data), "addresses" (si_addr), "pcs", "codes" (si_code). */
void record_stop_log(struct record *record);

/*
 * Ends the probe as refused where the kernel has no sigtrap breakpoints at all. First call of a
 * probe that expects some of its own requests to be refused.
 */
void sigtrap_required(void);

/*
 * Runs `exercise` in a child process with the debug registers armed by ptrace, without perf: the
 * control that tells the emulator's faults from the kernel's. The child is ended after `seconds`.
 */
void run_control(void (*exercise)(void), unsigned seconds);

/* Opens a watch and records "open" with `name`, its fields and the errno (0: it is open). Returns as trap_open(). */
int open_and_record(const char *name, const struct watch *watch);
/* Closes it, if it was open, and records "close". */
void close_and_record(const char *name, int descriptor);
/* Makes one access and records it: "access", what it was and the stops that it gave. */
void access_and_record(const struct access *access, volatile void *target);
/* Adds the fields of a watch, with the defaults filled in: "address", "type", "length", "sigData". */
void record_watch(struct record *record, const struct watch *watch);

/*
 * Opens a watch, makes the same access at every target and closes it again: one record `what` with
 * the watch, the errno of opening it, the targets and the stops of each; the values of all stops follow.
 */
void sweep_and_record(const char *what, const struct watch *watch, const struct access *access,
		      volatile unsigned char *const *targets, unsigned count);

#endif
