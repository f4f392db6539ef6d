/* SPDX-License-Identifier: MIT */
/*
 * Single memory accesses of every shape that an architecture has: one instruction each, with its
 * address in view. The list is the architecture's own (arch/<architecture>/accesses.h); loads and
 * stores of 1, 2, 4 and 8 bytes are in all of them, under the names load1 … store8.
 */
#ifndef TRAPLINE_ACCESS_H
#define TRAPLINE_ACCESS_H

#include <stdint.h>

#define ACCESS_READS 1u
#define ACCESS_WRITES 2u
/* Where it ends is not the architecture's promise: bytes behind it may be touched or not. */
#define ACCESS_OPEN_ENDED 4u
/* The instruction repeats itself: a stop may come between two iterations, with the PC at the instruction. */
#define ACCESS_REPEATS 8u
/* Reads and writes in one step. */
#define ACCESS_ATOMIC 16u

struct access {
	const char *name;
	unsigned kind;
	unsigned bytes; /* from the target on; the target is aligned to 64 */
	/* `other` is memory that may be read and written too: the other side of a copy. */
	void (*run)(volatile void *target, volatile void *other);
	const char *instruction, *next;
};

extern const struct access accesses[];
extern const unsigned access_count;

/* The access of that name; the probe is `broken` when there is none. */
const struct access *access_named(const char *name);

/*
 * Bytes by which a handler has to move the PC on, so that a stop at a watched access or
 * instruction does not come again at once; 0 where the processor or the kernel resumes by itself.
 */
unsigned stop_step(void);

#endif
