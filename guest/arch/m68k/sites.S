/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in d0, where it is handed back. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* target, value */
	move.l	4(%sp), %a0
	move.l	8(%sp), %d1
	moveq	#MASK_BEFORE, %d0
LABEL(site_store_instruction)
	move.b	%d1, (%a0)
LABEL(site_store_next)
	or.l	#MASK_AFTER, %d0
	rts
LABEL(site_store_elsewhere)
	or.l	#MASK_ELSEWHERE, %d0
	rts

FUNCTION(site_load)		/* target, result */
	move.l	4(%sp), %a0
	move.l	8(%sp), %a1
	moveq	#MASK_BEFORE, %d0
	moveq	#0, %d1
LABEL(site_load_instruction)
	move.b	(%a0), %d1
LABEL(site_load_next)
	or.l	#MASK_AFTER, %d0
	move.l	%d1, (%a1)
	rts
LABEL(site_load_elsewhere)
	or.l	#MASK_ELSEWHERE, %d0
	move.l	%d1, (%a1)
	rts

/* The trap for which the kernel sends SIGTRAP (arch/m68k/kernel/traps.c: VEC_TRAP15). */
FUNCTION(site_trap)
	moveq	#MASK_BEFORE, %d0
LABEL(site_trap_instruction)
	trap	#15
LABEL(site_trap_next)
	or.l	#MASK_AFTER, %d0
	rts
LABEL(site_trap_elsewhere)
	or.l	#MASK_ELSEWHERE, %d0
	rts

	NO_EXECUTABLE_STACK
