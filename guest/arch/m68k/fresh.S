/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	moveq	#MASK_BEFORE, %d0
	jmp	site_execute_instruction

FUNCTION(site_increment)	/* value */
	move.l	4(%sp), %d0
	jmp	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	or.l	#MASK_EFFECT, %d0
LABEL(site_execute_next)
	or.l	#MASK_AFTER, %d0
	rts
LABEL(site_execute_elsewhere)
	or.l	#MASK_ELSEWHERE, %d0
	rts

LABEL(site_increment_instruction)
	addq.l	#1, %d0
LABEL(site_increment_next)
	rts

	NO_EXECUTABLE_STACK
