/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in $8 and handed back in $2, in the return's delay slot. */
#include "sites.h"
#include "words.h"

	AS_WRITTEN
	.text

#define RETURN_MASK jr $31; move $2, $8

FUNCTION(site_store)		/* $4: target, $5: value */
	li	$8, MASK_BEFORE
LABEL(site_store_instruction)
	sb	$5, 0($4)
LABEL(site_store_next)
	ori	$8, $8, MASK_AFTER
	RETURN_MASK
LABEL(site_store_elsewhere)
	ori	$8, $8, MASK_ELSEWHERE
	RETURN_MASK

FUNCTION(site_load)		/* $4: target, $5: result */
	li	$8, MASK_BEFORE
	li	$9, 0
LABEL(site_load_instruction)
	lbu	$9, 0($4)
LABEL(site_load_next)
	ori	$8, $8, MASK_AFTER
	STORE	$9, 0($5)
	RETURN_MASK
LABEL(site_load_elsewhere)
	ori	$8, $8, MASK_ELSEWHERE
	STORE	$9, 0($5)
	RETURN_MASK

FUNCTION(site_trap)
	li	$8, MASK_BEFORE
LABEL(site_trap_instruction)
	break
LABEL(site_trap_next)
	ori	$8, $8, MASK_AFTER
	RETURN_MASK
LABEL(site_trap_elsewhere)
	ori	$8, $8, MASK_ELSEWHERE
	RETURN_MASK

	NO_EXECUTABLE_STACK
