/* SPDX-License-Identifier: MIT */
/* lengths.h: a compressed instruction of 2 bytes and one of 4, which set MASK_EFFECT in a0. */
#include "sites.h"

	.option	norelax

.macro LENGTH_SITE n, instruction:vararg
	.text
	.option	norvc
length_\n:
	li	a0, MASK_BEFORE
length_\n\()_instruction:
	.option	rvc
	\instruction
	.option	norvc
	.if . - length_\n\()_instruction - \n
	.error "not the length that it is meant to have"
	.endif
	ori	a0, a0, MASK_AFTER
	ret
	.section .data.rel.ro, "aw", %progbits
	ADDRESS	\n, length_\n, length_\n\()_instruction
.endm

	.section .data.rel.ro, "aw", %progbits
	.balign	8
LABEL(length_sites)
LENGTH_SITE 2, c.addi a0, MASK_EFFECT
/* No compressed form: c.andi is there, c.ori is not. */
LENGTH_SITE 4, ori a0, a0, MASK_EFFECT

	.section .rodata
	.balign	8
LABEL(length_site_count)
	ADDRESS	2

	NO_EXECUTABLE_STACK
