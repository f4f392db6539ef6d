/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. Leaf functions: the mask is kept in o5 and handed back in o0, in the delay slot of retl. */
#include "sites.h"
#include "words.h"

	.register %g2, #scratch
	.text

#define RETURN_MASK retl; mov %o5, %o0

FUNCTION(site_store)		/* o0: target, o1: value */
	mov	MASK_BEFORE, %o5
LABEL(site_store_instruction)
	stb	%o1, [%o0]
LABEL(site_store_next)
	or	%o5, MASK_AFTER, %o5
	RETURN_MASK
LABEL(site_store_elsewhere)
	or	%o5, MASK_ELSEWHERE, %o5
	RETURN_MASK

FUNCTION(site_load)		/* o0: target, o1: result */
	mov	MASK_BEFORE, %o5
	clr	%o3
LABEL(site_load_instruction)
	ldub	[%o0], %o3
LABEL(site_load_next)
	or	%o5, MASK_AFTER, %o5
	STORE_WORD %o3, [%o1]
	RETURN_MASK
LABEL(site_load_elsewhere)
	or	%o5, MASK_ELSEWHERE, %o5
	STORE_WORD %o3, [%o1]
	RETURN_MASK

FUNCTION(site_trap)
	mov	MASK_BEFORE, %o5
LABEL(site_trap_instruction)
	ta	1
LABEL(site_trap_next)
	or	%o5, MASK_AFTER, %o5
	RETURN_MASK
LABEL(site_trap_elsewhere)
	or	%o5, MASK_ELSEWHERE, %o5
	RETURN_MASK

	NO_EXECUTABLE_STACK
