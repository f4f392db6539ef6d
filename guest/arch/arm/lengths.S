/* SPDX-License-Identifier: MIT */
/*
 * lengths.h: Thumb instructions of 2 and 4 bytes, and one of A32, which set MASK_EFFECT in r0. Those of Thumb lie at
 * the second halfword of a word: a breakpoint there is one that no A32 instruction could have, and has length 2.
 */
#include "sites.h"

	.syntax	unified

/*
 * `set` is the code's set of instructions: thumb or arm. In Thumb `movs` has two bytes: what follows lies as said above.
 * The place is reckoned from a label that is none of Thumb's, or it would have the bit that says Thumb.
 */
.macro LENGTH_SITE set, n, instruction:vararg
	.text
	.\set
	.balign	4
	.type	length_\set\n, %function
length_\set\n:
	movs	r0, #MASK_BEFORE
length_\set\n\()_instruction:
	\instruction
	.if . - length_\set\n\()_instruction - \n
	.error "not the length that it is meant to have"
	.endif
	orr	r0, r0, #MASK_AFTER
	bx	lr
	.section .data.rel.ro, "aw", %progbits
	ADDRESS	\n, length_\set\n, places_of_lengths + (length_\set\n\()_instruction - places_of_lengths)
.endm

	.text
	.balign	4
places_of_lengths:

	.section .data.rel.ro, "aw", %progbits
	.balign	4
LABEL(length_sites)
LENGTH_SITE thumb, 2, adds.n r0, #MASK_EFFECT
LENGTH_SITE thumb, 4, orr.w r0, r0, #MASK_EFFECT
LENGTH_SITE arm, 4, orr r0, r0, #MASK_EFFECT

	.section .rodata
	.balign	4
LABEL(length_site_count)
	ADDRESS	3

	NO_EXECUTABLE_STACK
