/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function branches from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	lda	$1, MASK_BEFORE($31)
	br	site_execute_instruction

FUNCTION(site_increment)	/* r16: value */
	mov	$16, $0
	br	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	bis	$1, MASK_EFFECT, $1
LABEL(site_execute_next)
	bis	$1, MASK_AFTER, $1
	mov	$1, $0
	ret
LABEL(site_execute_elsewhere)
	bis	$1, MASK_ELSEWHERE, $1
	mov	$1, $0
	ret

LABEL(site_increment_instruction)
	addq	$0, 1, $0
LABEL(site_increment_next)
	ret

	NO_EXECUTABLE_STACK
