/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function branches from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
#define RETURN_MASK retl; mov %o5, %o0

FUNCTION(site_execute)
	ba	site_execute_instruction
	mov	MASK_BEFORE, %o5

FUNCTION(site_increment)	/* o0: value */
	ba	site_increment_instruction
	nop

	FRESH_TEXT
LABEL(site_execute_instruction)
	or	%o5, MASK_EFFECT, %o5
LABEL(site_execute_next)
	or	%o5, MASK_AFTER, %o5
	RETURN_MASK
LABEL(site_execute_elsewhere)
	or	%o5, MASK_ELSEWHERE, %o5
	RETURN_MASK

LABEL(site_increment_instruction)
	add	%o0, 1, %o0
LABEL(site_increment_next)
	retl
	nop

	NO_EXECUTABLE_STACK
