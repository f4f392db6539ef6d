/* SPDX-License-Identifier: MIT */
/* The masks of arch.h for the assembler; kept apart since arch.h is C. */
#include "arch-constants.h"

#define MASK_BEFORE 1
#define MASK_EFFECT 2
#define MASK_AFTER 4
#define MASK_ELSEWHERE 8
/* What separates two statements on one line. */
#ifdef ARCH_SEPARATOR
#define THEN ARCH_SEPARATOR
#else
#define THEN ;
#endif
/* A global function, and a global label inside one. */
#ifdef ARCH_FUNCTION
#define FUNCTION(name) ARCH_FUNCTION(name)
#else
#define FUNCTION(name) .globl name THEN .type name, %function THEN .balign 16 THEN name:
#endif
#define LABEL(name) .globl name THEN name:
/* An address, in a word of the machine. */
#if __SIZEOF_POINTER__ == 8
#define ADDRESS .quad
#else
#define ADDRESS .long
#endif
/*
 * Code whose pages hold nothing else (fresh_text in arch.h): a section of its own, which the linker
 * puts behind all other code. fresh.S aligns it.
 */
#define FRESH_TEXT .section fresh, "ax", %progbits
#define NO_EXECUTABLE_STACK .section .note.GNU-stack, "", %progbits

/* The table of a branch site's places, in the order of struct branch_places (branches.h). */
.macro BRANCH_PLACES name
	.section .rodata
	.balign	8
LABEL(\name\()_places)
	ADDRESS	\name\()_call, \name\()_call_target, \name\()_call_target_next, \name\()_return
	ADDRESS	\name\()_returned, \name\()_returned_next
	ADDRESS	\name\()_taken, \name\()_taken_target, \name\()_taken_target_next
	ADDRESS	\name\()_untaken, \name\()_fall_through, \name\()_fall_through_next, \name\()_exit
.endm
