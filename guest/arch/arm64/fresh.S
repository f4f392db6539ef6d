/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	mov	x9, #MASK_BEFORE
	b	site_execute_instruction

FUNCTION(site_increment)	/* x0: value */
	b	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	orr	x9, x9, #MASK_EFFECT
LABEL(site_execute_next)
	orr	x9, x9, #MASK_AFTER
	mov	x0, x9
	ret
LABEL(site_execute_elsewhere)
	orr	x9, x9, #MASK_ELSEWHERE
	mov	x0, x9
	ret

LABEL(site_increment_instruction)
	add	x0, x0, #1
LABEL(site_increment_next)
	ret

	NO_EXECUTABLE_STACK
