/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in t0 and handed back in a0. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* a0: target, a1: value */
	li.w	$t0, MASK_BEFORE
LABEL(site_store_instruction)
	st.b	$a1, $a0, 0
LABEL(site_store_next)
	ori	$t0, $t0, MASK_AFTER
	move	$a0, $t0
	ret
LABEL(site_store_elsewhere)
	ori	$t0, $t0, MASK_ELSEWHERE
	move	$a0, $t0
	ret

FUNCTION(site_load)		/* a0: target, a1: result */
	li.w	$t0, MASK_BEFORE
	move	$a2, $zero
LABEL(site_load_instruction)
	ld.bu	$a2, $a0, 0
LABEL(site_load_next)
	ori	$t0, $t0, MASK_AFTER
	st.d	$a2, $a1, 0
	move	$a0, $t0
	ret
LABEL(site_load_elsewhere)
	ori	$t0, $t0, MASK_ELSEWHERE
	st.d	$a2, $a1, 0
	move	$a0, $t0
	ret

FUNCTION(site_trap)
	li.w	$t0, MASK_BEFORE
LABEL(site_trap_instruction)
	break	0
LABEL(site_trap_next)
	ori	$t0, $t0, MASK_AFTER
	move	$a0, $t0
	ret
LABEL(site_trap_elsewhere)
	ori	$t0, $t0, MASK_ELSEWHERE
	move	$a0, $t0
	ret

	NO_EXECUTABLE_STACK
