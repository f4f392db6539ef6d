/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	li.w	$t0, MASK_BEFORE
	b	site_execute_instruction

FUNCTION(site_increment)	/* a0: value */
	b	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	ori	$t0, $t0, MASK_EFFECT
LABEL(site_execute_next)
	ori	$t0, $t0, MASK_AFTER
	move	$a0, $t0
	ret
LABEL(site_execute_elsewhere)
	ori	$t0, $t0, MASK_ELSEWHERE
	move	$a0, $t0
	ret

LABEL(site_increment_instruction)
	addi.d	$a0, $a0, 1
LABEL(site_increment_next)
	ret

	NO_EXECUTABLE_STACK
