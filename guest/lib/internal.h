/* SPDX-License-Identifier: MIT */
/* What the parts of lib/ share among themselves; probes include probe.h only. */
#ifndef TRAPLINE_INTERNAL_H
#define TRAPLINE_INTERNAL_H

#include "trap.h"

/* The probe's handler; NULL until trap_handle(). */
extern stop_handler *stop_handler_of_probe;
/* Ends the probe as `looped` when stops repeat at one PC without any progress between them. */
void loop_check(uint64_t pc);

/* poller.c: starts a thread that polls the ring buffer of `descriptor`; 0 or a negative errno. */
int poller_add(int descriptor);
void poller_remove(int descriptor);

/* tracer.c: starts the process that traces this one; further threads are traced from their birth. */
void tracer_start(void);
/* Asks the tracer for a debug register of the calling thread; a slot or a negative errno. */
int tracer_arm(const struct watch *watch);
int tracer_set_enabled(int slot, bool enabled);
int tracer_disarm(int slot);

/* watch.c: fills the fields of a watch that were left at zero. */
struct watch watch_with_defaults(const struct watch *watch);

#endif
