/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in r12 and handed back in r0. */
#include "sites.h"

	.syntax	unified
	.arm
	.text

FUNCTION(site_store)		/* r0: target, r1: value */
	mov	r12, #MASK_BEFORE
LABEL(site_store_instruction)
	strb	r1, [r0]
LABEL(site_store_next)
	orr	r12, r12, #MASK_AFTER
	mov	r0, r12
	bx	lr
LABEL(site_store_elsewhere)
	orr	r12, r12, #MASK_ELSEWHERE
	mov	r0, r12
	bx	lr

FUNCTION(site_load)		/* r0: target, r1: result */
	mov	r12, #MASK_BEFORE
	mov	r2, #0
LABEL(site_load_instruction)
	ldrb	r2, [r0]
LABEL(site_load_next)
	orr	r12, r12, #MASK_AFTER
	str	r2, [r1]
	mov	r0, r12
	bx	lr
LABEL(site_load_elsewhere)
	orr	r12, r12, #MASK_ELSEWHERE
	str	r2, [r1]
	mov	r0, r12
	bx	lr

/* The breakpoint instruction of A32: the undefined instruction for which both kernels send SIGTRAP. */
FUNCTION(site_trap)
	mov	r12, #MASK_BEFORE
LABEL(site_trap_instruction)
	udf	#16
LABEL(site_trap_next)
	orr	r12, r12, #MASK_AFTER
	mov	r0, r12
	bx	lr
LABEL(site_trap_elsewhere)
	orr	r12, r12, #MASK_ELSEWHERE
	mov	r0, r12
	bx	lr

	NO_EXECUTABLE_STACK
