/* SPDX-License-Identifier: MIT */
/* Clause 6.8: a chain of register windows, with the trigger in the innermost, and one that spills them all. */
#ifndef TRAPLINE_REGISTER_WINDOWS_H
#define TRAPLINE_REGISTER_WINDOWS_H

/* Windows of the chain that is interrupted; all of them fit in the registers of an UltraSPARC (8). */
#define WINDOW_LEVELS 5
/* l0–l7 and i0–i7. */
#define WINDOW_REGISTERS 16
/* Windows that the handler goes through: more than any SPARC V9 has (32). */
#define HANDLER_LEVELS 40

#ifndef __ASSEMBLER__
#include <stdint.h>

struct window_values {
	uint64_t before[WINDOW_REGISTERS], after[WINDOW_REGISTERS];
};

/*
 * Fills the locals and ins of `level` windows from `pattern` upwards, notes them in values[level], and
 * comes to the trigger in the innermost; on the way back notes what is in them. Level 0 is the innermost.
 */
void window_chain_store(uint64_t level, volatile void *target, struct window_values *values, uint64_t pattern);
void window_chain_execute(uint64_t level, volatile void *target, struct window_values *values, uint64_t pattern);
void window_chain_trap(uint64_t level, volatile void *target, struct window_values *values, uint64_t pattern);
/* The triggering instructions. */
extern char window_chain_store_site[], window_chain_execute_site[], window_chain_trap_site[];

/* Goes through `levels` windows, overwrites the locals of each, flushes all of them; returns how many there were. */
uint64_t window_spill(uint64_t levels, uint64_t junk);
#endif
#endif
