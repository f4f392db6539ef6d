/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	movl	$MASK_BEFORE, %eax
	jmp	site_execute_instruction

FUNCTION(site_increment)	/* value */
	movl	4(%esp), %eax
	jmp	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	orl	$MASK_EFFECT, %eax
LABEL(site_execute_next)
	orl	$MASK_AFTER, %eax
	ret
LABEL(site_execute_elsewhere)
	orl	$MASK_ELSEWHERE, %eax
	ret

LABEL(site_increment_instruction)
	addl	$1, %eax
LABEL(site_increment_next)
	ret

	NO_EXECUTABLE_STACK
