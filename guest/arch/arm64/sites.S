/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in x9 and handed back in x0. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* x0: target, x1: value */
	mov	x9, #MASK_BEFORE
LABEL(site_store_instruction)
	strb	w1, [x0]
LABEL(site_store_next)
	orr	x9, x9, #MASK_AFTER
	mov	x0, x9
	ret
LABEL(site_store_elsewhere)
	orr	x9, x9, #MASK_ELSEWHERE
	mov	x0, x9
	ret

FUNCTION(site_load)		/* x0: target, x1: result */
	mov	x9, #MASK_BEFORE
	mov	x2, #0
LABEL(site_load_instruction)
	ldrb	w2, [x0]
LABEL(site_load_next)
	orr	x9, x9, #MASK_AFTER
	str	x2, [x1]
	mov	x0, x9
	ret
LABEL(site_load_elsewhere)
	orr	x9, x9, #MASK_ELSEWHERE
	str	x2, [x1]
	mov	x0, x9
	ret

FUNCTION(site_trap)
	mov	x9, #MASK_BEFORE
LABEL(site_trap_instruction)
	brk	#0
LABEL(site_trap_next)
	orr	x9, x9, #MASK_AFTER
	mov	x0, x9
	ret
LABEL(site_trap_elsewhere)
	orr	x9, x9, #MASK_ELSEWHERE
	mov	x0, x9
	ret

	NO_EXECUTABLE_STACK
