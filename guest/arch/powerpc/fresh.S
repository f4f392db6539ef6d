/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	li	9, MASK_BEFORE
	b	site_execute_instruction

FUNCTION(site_increment)	/* r3: value */
	b	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	ori	9, 9, MASK_EFFECT
LABEL(site_execute_next)
	ori	9, 9, MASK_AFTER
	mr	3, 9
	blr
LABEL(site_execute_elsewhere)
	ori	9, 9, MASK_ELSEWHERE
	mr	3, 9
	blr

LABEL(site_increment_instruction)
	addi	3, 3, 1
LABEL(site_increment_next)
	blr

	NO_EXECUTABLE_STACK
