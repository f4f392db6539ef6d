/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in r1 and handed back in r2. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* r2: target, r3: value */
	lghi	%r1, MASK_BEFORE
LABEL(site_store_instruction)
	stc	%r3, 0(%r2)
LABEL(site_store_next)
	oill	%r1, MASK_AFTER
	lgr	%r2, %r1
	br	%r14
LABEL(site_store_elsewhere)
	oill	%r1, MASK_ELSEWHERE
	lgr	%r2, %r1
	br	%r14

FUNCTION(site_load)		/* r2: target, r3: result */
	lghi	%r1, MASK_BEFORE
	lghi	%r4, 0
LABEL(site_load_instruction)
	llgc	%r4, 0(%r2)
LABEL(site_load_next)
	oill	%r1, MASK_AFTER
	stg	%r4, 0(%r3)
	lgr	%r2, %r1
	br	%r14
LABEL(site_load_elsewhere)
	oill	%r1, MASK_ELSEWHERE
	stg	%r4, 0(%r3)
	lgr	%r2, %r1
	br	%r14

/* The debuggers' breakpoint: the kernel knows it (S390_BREAKPOINT_U16 in its asm/ptrace.h). */
FUNCTION(site_trap)
	lghi	%r1, MASK_BEFORE
LABEL(site_trap_instruction)
	.short	0x0001
LABEL(site_trap_next)
	oill	%r1, MASK_AFTER
	lgr	%r2, %r1
	br	%r14
LABEL(site_trap_elsewhere)
	oill	%r1, MASK_ELSEWHERE
	lgr	%r2, %r1
	br	%r14

	NO_EXECUTABLE_STACK
