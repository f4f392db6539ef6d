/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in r28, where it is handed back. */
#include "mask.h"
#include "sites.h"

	.text

FUNCTION(site_store)		/* r26: target, r25: value */
	ldi	MASK_BEFORE, %r28
LABEL(site_store_instruction)
	stb	%r25, 0(%r26)
LABEL(site_store_next)
	SET(AFTER_BIT)
	bv	%r0(%rp)
	nop
LABEL(site_store_elsewhere)
	SET(ELSEWHERE_BIT)
	bv	%r0(%rp)
	nop

FUNCTION(site_load)		/* r26: target, r25: result */
	ldi	MASK_BEFORE, %r28
	ldi	0, %r22
LABEL(site_load_instruction)
	ldb	0(%r26), %r22
LABEL(site_load_next)
	SET(AFTER_BIT)
	bv	%r0(%rp)
	stw	%r22, 0(%r25)
LABEL(site_load_elsewhere)
	SET(ELSEWHERE_BIT)
	bv	%r0(%rp)
	stw	%r22, 0(%r25)

FUNCTION(site_trap)
	ldi	MASK_BEFORE, %r28
LABEL(site_trap_instruction)
	BREAKPOINT
LABEL(site_trap_next)
	SET(AFTER_BIT)
	bv	%r0(%rp)
	nop
LABEL(site_trap_elsewhere)
	SET(ELSEWHERE_BIT)
	bv	%r0(%rp)
	nop

	NO_EXECUTABLE_STACK
