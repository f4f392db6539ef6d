/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	mov.l	1f, r1
	jmp	@r1
	mov	#MASK_BEFORE, r0
	.balign	4
1:	.long	site_execute_instruction

FUNCTION(site_increment)	/* r4: value */
	mov.l	1f, r1
	jmp	@r1
	mov	r4, r0
	.balign	4
1:	.long	site_increment_instruction

	FRESH_TEXT
LABEL(site_execute_instruction)
	or	#MASK_EFFECT, r0
LABEL(site_execute_next)
	or	#MASK_AFTER, r0
	rts
	nop
LABEL(site_execute_elsewhere)
	or	#MASK_ELSEWHERE, r0
	rts
	nop

LABEL(site_increment_instruction)
	add	#1, r0
LABEL(site_increment_next)
	rts
	nop

	NO_EXECUTABLE_STACK
