/* SPDX-License-Identifier: MIT */
/* lengths.h: instructions of 2, 4 and 6 bytes, which set MASK_EFFECT in r2. */
#include "sites.h"

	/* The preprocessor does not look into the strings below. */
	.set	effect, MASK_EFFECT

.macro LENGTH_SITE n, instruction
	.text
	.balign	16
length_\n:
	lghi	%r2, MASK_BEFORE
	lghi	%r3, MASK_EFFECT
length_\n\()_instruction:
	\instruction
	.if . - length_\n\()_instruction - \n
	.error "not the length that it is meant to have"
	.endif
	oill	%r2, MASK_AFTER
	br	%r14
	.section .data.rel.ro, "aw", %progbits
	ADDRESS	\n, length_\n, length_\n\()_instruction
.endm

	.section .data.rel.ro, "aw", %progbits
	.balign	8
LABEL(length_sites)
LENGTH_SITE 2, "or %r2, %r3"
LENGTH_SITE 4, "oill %r2, effect"
LENGTH_SITE 6, "oilf %r2, effect"

	.section .rodata
	.balign	8
LABEL(length_site_count)
	ADDRESS	3

	NO_EXECUTABLE_STACK
