/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	lghi	%r1, MASK_BEFORE
	jg	site_execute_instruction

FUNCTION(site_increment)	/* r2: value */
	jg	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	oill	%r1, MASK_EFFECT
LABEL(site_execute_next)
	oill	%r1, MASK_AFTER
	lgr	%r2, %r1
	br	%r14
LABEL(site_execute_elsewhere)
	oill	%r1, MASK_ELSEWHERE
	lgr	%r2, %r1
	br	%r14

LABEL(site_increment_instruction)
	aghi	%r2, 1
LABEL(site_increment_next)
	br	%r14

	NO_EXECUTABLE_STACK
