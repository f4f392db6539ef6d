/* SPDX-License-Identifier: MIT */
/*
 * Two instructions one after the other: the one that triggers, then a store to another place. Whether
 * that second store is visible to the handler tells if the thread was stopped at once.
 */
#ifndef TRAPLINE_SEQUENCE_H
#define TRAPLINE_SEQUENCE_H

#include "trap.h"

/* arch/<architecture>/sequence.S: stores `value` to *target (the site), then to *second. */
void sequence_store(volatile void *target, unsigned long value, volatile void *second);
/* The same with the breakpoint instruction as its site; `target` is not touched. */
void sequence_trap(volatile void *target, unsigned long value, volatile void *second);
extern char sequence_store_instruction[], sequence_store_next[];
extern char sequence_trap_instruction[], sequence_trap_next[];

/* The site of the sequence that the trigger asks for. */
struct site sequence_site(void);
/* A watch for it: the target's first byte, or the site's instruction under uprobe. */
struct watch sequence_watch(void);
/* Runs the sequence once, as one hit. */
void sequence_hit(volatile unsigned char *target, unsigned long value, volatile unsigned char *second);

#endif
