/* SPDX-License-Identifier: MIT */
/*
 * A site that loads every register that a program has with known values, hits, and stores them all again:
 * what the context held and what the program goes on with can then be compared register by register.
 */
#ifndef TRAPLINE_REGISTER_SITE_H
#define TRAPLINE_REGISTER_SITE_H

#include "arch.h"

/* The assembler knows these offsets: see register_site.S of each architecture. */
struct register_image {
	unsigned long general[GENERAL_REGISTERS];
	unsigned long window[16]; /* registers that the signal's context does not hold: SPARC's locals and ins */
	unsigned long sp;         /* stored only */
	unsigned long conditions; /* condition flags, as in `flags` of struct registers, by CONDITION_SHIFT and _MASK */
	/* Floating-point control and status, in the architecture's own arrangement. */
	uint64_t control __attribute__((aligned(8)));
	uint64_t vector[VECTOR_WORDS] __attribute__((aligned(8)));
};

/* Loads `load`, hits, and stores what is there then. The instruction of the site does nothing (nop), or is the trap. */
void site_registers_execute(const struct register_image *load, struct register_image *stored);
void site_registers_trap(const struct register_image *load, struct register_image *stored);
extern char site_registers_execute_instruction[], site_registers_execute_next[];
extern char site_registers_trap_instruction[], site_registers_trap_next[];

/*
 * How many of the VECTOR_WORDS this processor has, counted from the first. Call it before the sites:
 * they load and store only what is there.
 */
unsigned vector_words_there(void);

/* Fills all floating-point and vector registers and their control with other values. */
void vectors_clobber(void);

/*
 * From arch-constants.h:
 * REGISTERS_LOADED, WINDOW_LOADED  bit n: general[n], window[n] can be loaded (the others have a duty)
 * CONDITION_SHIFT, CONDITION_MASK  the condition flags in `flags` of struct registers
 * CONDITION_PATTERN, CONTROL_PATTERN  values that differ from what a program starts with
 * VECTOR_WORDS                     floating-point and vector registers, in 64-bit words
 */
#endif
