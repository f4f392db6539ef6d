/* SPDX-License-Identifier: MIT */
/*
 * The sites of arch.h; site_execute is in fresh.S. The mask is kept in r0, where it is handed back. No site is in a
 * delay slot: its own address would never be seen, for the PC of what faults there is the branch's.
 */
#include "breakpoint.h"
#include "sites.h"

	.text

FUNCTION(site_store)		/* r4: target, r5: value */
	mov	#MASK_BEFORE, r0
LABEL(site_store_instruction)
	mov.b	r5, @r4
LABEL(site_store_next)
	or	#MASK_AFTER, r0
	rts
	nop
LABEL(site_store_elsewhere)
	or	#MASK_ELSEWHERE, r0
	rts
	nop

FUNCTION(site_load)		/* r4: target, r5: result */
	mov	#MASK_BEFORE, r0
	mov	#0, r1
LABEL(site_load_instruction)
	mov.b	@r4, r1
LABEL(site_load_next)
	or	#MASK_AFTER, r0
	extu.b	r1, r1
	rts
	mov.l	r1, @r5
LABEL(site_load_elsewhere)
	or	#MASK_ELSEWHERE, r0
	extu.b	r1, r1
	rts
	mov.l	r1, @r5

FUNCTION(site_trap)
	mov	#MASK_BEFORE, r0
LABEL(site_trap_instruction)
	BREAKPOINT
LABEL(site_trap_next)
	or	#MASK_AFTER, r0
	rts
	nop
LABEL(site_trap_elsewhere)
	or	#MASK_ELSEWHERE, r0
	rts
	nop

	NO_EXECUTABLE_STACK
