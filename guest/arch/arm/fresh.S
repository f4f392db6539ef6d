/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	.syntax	unified
	.arm
	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	mov	r12, #MASK_BEFORE
	b	site_execute_instruction

FUNCTION(site_increment)	/* r0: value */
	b	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	orr	r12, r12, #MASK_EFFECT
LABEL(site_execute_next)
	orr	r12, r12, #MASK_AFTER
	mov	r0, r12
	bx	lr
LABEL(site_execute_elsewhere)
	orr	r12, r12, #MASK_ELSEWHERE
	mov	r0, r12
	bx	lr

LABEL(site_increment_instruction)
	add	r0, r0, #1
LABEL(site_increment_next)
	bx	lr
	/* Clause 1.8 makes two pages writable, and these are all of the segment. */
	.balign	16384

	NO_EXECUTABLE_STACK
