/* SPDX-License-Identifier: MIT */
/*
 * Counting stops against hits, for probes that make many of them, from many threads.
 * A hit is one execution of the site; a stop is one call of the probe's handler for it.
 */
#ifndef TRAPLINE_HITS_H
#define TRAPLINE_HITS_H

#include "trap.h"

/*
 * The byte that thread `number` stores to. Debug registers belong to a thread, so all threads use the
 * same byte; a page fault belongs to a page, so each thread has a page of its own there (at most 8).
 */
volatile unsigned char *hit_target(int number);
/* As trap_hit(), with a store to `target` where the trigger is one of data. */
unsigned long hit_at(volatile unsigned char *target, unsigned long value);
/*
 * Is it a stop of the site? A page-fault event also counts the faults that no site made (stacks, copies after
 * a fork): they stop at other PCs, or at the site with the address of another page.
 */
bool stop_is_of(const struct stop *stop, struct site site);
/* Wherever it stopped: not for a page fault elsewhere? Only sigtrap tells, in si_addr; else it is taken for one of the target. */
bool stop_is_of_target(const struct stop *stop);
/* Goes on after the site where the trap would come again: a trap that comes before its instruction takes effect. */
void stop_step_over(struct stop *stop, struct site site);
/*
 * How many hits a probe makes that wants `wanted` of them: all under sigtrap, which the verdict of a cell is about,
 * and with the control; a tenth under the others, where a hit costs up to a millisecond under emulation.
 */
int hits_affordable(int wanted);
/*
 * Under poll and ptrace: keeps this process, and all that it makes, on one processor. The handler runs in another
 * thread or process there, and to wake it on another emulated processor takes up to ten milliseconds on a busy host.
 */
void share_processor(void);
/* Under poll the handler runs some time after the hit: waits until *stops differs from `before`, at most 100 ms. */
void hit_wait(const volatile int *stops, int before);
/* Touches the stack below the caller, so that no page fault of its own comes later. */
void stack_touch(void);
/*
 * Gives the calling thread the scheduling class in which no ordinary thread comes before it. To be stopped at
 * once must not be left to the scheduler, which on one processor may by luck run a woken thread first.
 */
void run_first(void);
void count_up(volatile int *counter);

#endif
