/* SPDX-License-Identifier: MIT */
/*
 * lengths.h: instructions of 1 to 15 bytes (Intel SDM vol. 2, 2.3.11: 15 is the limit), all of which set
 * MASK_EFFECT in eax. From 7 bytes on it is one instruction with ever more FS prefixes, which have no
 * meaning without a memory operand (uprobes refuse the other segments' prefixes).
 */
#include "sites.h"

.macro SITE_BEGIN n
	.text
length_\n:
	movl	$MASK_BEFORE, %eax
	movl	$MASK_BEFORE + MASK_EFFECT, %ecx
length_\n\()_instruction:
.endm

.macro SITE_END n
	.if . - length_\n\()_instruction - \n
	.error "not the length that it is meant to have"
	.endif
	orl	$MASK_AFTER, %eax
	ret
	.section .data.rel.ro, "aw", %progbits
	ADDRESS	\n, length_\n, length_\n\()_instruction
.endm

.macro LENGTH_SITE n, bytes:vararg
SITE_BEGIN \n
	.byte	\bytes
SITE_END \n
.endm

/* or $2, %eax with four bytes of constant */
.macro PREFIXED n
SITE_BEGIN \n
	.rept	\n - 6
	.byte	0x64
	.endr
	.byte	0x81, 0xc8, MASK_EFFECT, 0, 0, 0
SITE_END \n
.endm

	.section .data.rel.ro, "aw", %progbits
	.balign	4
LABEL(length_sites)
LENGTH_SITE 1, 0x91				/* xchg %eax, %ecx */
LENGTH_SITE 2, 0x0c, MASK_EFFECT			/* or $2, %al */
LENGTH_SITE 3, 0x83, 0xc8, MASK_EFFECT		/* or $2, %eax */
LENGTH_SITE 4, 0x64, 0x83, 0xc8, MASK_EFFECT
LENGTH_SITE 5, 0x0d, MASK_EFFECT, 0, 0, 0		/* or $2, %eax, four bytes of constant */
PREFIXED 6
PREFIXED 7
PREFIXED 8
PREFIXED 9
PREFIXED 10
PREFIXED 11
PREFIXED 12
PREFIXED 13
PREFIXED 14
PREFIXED 15

	.section .rodata
	.balign	4
LABEL(length_site_count)
	ADDRESS	15

	NO_EXECUTABLE_STACK
