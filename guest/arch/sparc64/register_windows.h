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
struct window_values {
	unsigned long before[WINDOW_REGISTERS], after[WINDOW_REGISTERS];
};

/*
 * Fills the locals and ins of `level` windows from `pattern` upwards, notes them in values[level], and
 * comes to the trigger in the innermost; on the way back notes what is in them. Level 0 is the innermost.
 */
void window_chain_store(unsigned long level, volatile void *target, struct window_values *values, unsigned long pattern);
void window_chain_execute(unsigned long level, volatile void *target, struct window_values *values, unsigned long pattern);
void window_chain_trap(unsigned long level, volatile void *target, struct window_values *values, unsigned long pattern);
/* The triggering instructions. */
extern char window_chain_store_site[], window_chain_execute_site[], window_chain_trap_site[];

/* Goes through `levels` windows, overwrites the locals of each, flushes all of them; returns how many there were. */
unsigned long window_spill(unsigned long levels, unsigned long junk);
#endif
#endif
