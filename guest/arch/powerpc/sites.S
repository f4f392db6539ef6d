/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in r9 and handed back in r3. */
#include "sites.h"
#include "words.h"

	.text

FUNCTION(site_store)		/* r3: target, r4: value */
	li	9, MASK_BEFORE
LABEL(site_store_instruction)
	stb	4, 0(3)
LABEL(site_store_next)
	ori	9, 9, MASK_AFTER
	mr	3, 9
	blr
LABEL(site_store_elsewhere)
	ori	9, 9, MASK_ELSEWHERE
	mr	3, 9
	blr

FUNCTION(site_load)		/* r3: target, r4: result */
	li	9, MASK_BEFORE
	li	5, 0
LABEL(site_load_instruction)
	lbz	5, 0(3)
LABEL(site_load_next)
	ori	9, 9, MASK_AFTER
	STORE_WORD	5, 0(4)
	mr	3, 9
	blr
LABEL(site_load_elsewhere)
	ori	9, 9, MASK_ELSEWHERE
	STORE_WORD	5, 0(4)
	mr	3, 9
	blr

FUNCTION(site_trap)
	li	9, MASK_BEFORE
LABEL(site_trap_instruction)
	trap
LABEL(site_trap_next)
	ori	9, 9, MASK_AFTER
	mr	3, 9
	blr
LABEL(site_trap_elsewhere)
	ori	9, 9, MASK_ELSEWHERE
	mr	3, 9
	blr

	NO_EXECUTABLE_STACK
