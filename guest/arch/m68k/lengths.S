/* SPDX-License-Identifier: MIT */
/* lengths.h: instructions of 2, 4 and 6 bytes, which set MASK_EFFECT in d0. */
#include "sites.h"

	/* The preprocessor does not look into the strings below. */
	.set	effect, MASK_EFFECT

.macro LENGTH_SITE n, instruction
	.text
	.balign	16
length_\n:
	moveq	#MASK_BEFORE, %d0
	moveq	#MASK_EFFECT, %d1
length_\n\()_instruction:
	\instruction
	.if . - length_\n\()_instruction - \n
	.error "not the length that it is meant to have"
	.endif
	or.l	#MASK_AFTER, %d0
	rts
	.section .data.rel.ro, "aw", %progbits
	ADDRESS	\n, length_\n, length_\n\()_instruction
.endm

	.section .data.rel.ro, "aw", %progbits
	.balign	8
LABEL(length_sites)
LENGTH_SITE 2, "or.l %d1, %d0"
LENGTH_SITE 4, "ori.w #effect, %d0"
LENGTH_SITE 6, "ori.l #effect, %d0"

	.section .rodata
	.balign	8
LABEL(length_site_count)
	ADDRESS	3

	NO_EXECUTABLE_STACK
