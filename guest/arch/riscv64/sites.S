/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in t0 and handed back in a0. */
#include "sites.h"

	/* Four bytes for each instruction, where the assembler puts it; lengths.S has the compressed ones. */
	.option	norvc
	.option	norelax
	.text

FUNCTION(site_store)		/* a0: target, a1: value */
	li	t0, MASK_BEFORE
LABEL(site_store_instruction)
	sb	a1, (a0)
LABEL(site_store_next)
	ori	t0, t0, MASK_AFTER
	mv	a0, t0
	ret
LABEL(site_store_elsewhere)
	ori	t0, t0, MASK_ELSEWHERE
	mv	a0, t0
	ret

FUNCTION(site_load)		/* a0: target, a1: result */
	li	t0, MASK_BEFORE
	li	a2, 0
LABEL(site_load_instruction)
	lbu	a2, (a0)
LABEL(site_load_next)
	ori	t0, t0, MASK_AFTER
	sd	a2, (a1)
	mv	a0, t0
	ret
LABEL(site_load_elsewhere)
	ori	t0, t0, MASK_ELSEWHERE
	sd	a2, (a1)
	mv	a0, t0
	ret

FUNCTION(site_trap)
	li	t0, MASK_BEFORE
LABEL(site_trap_instruction)
	ebreak
LABEL(site_trap_next)
	ori	t0, t0, MASK_AFTER
	mv	a0, t0
	ret
LABEL(site_trap_elsewhere)
	ori	t0, t0, MASK_ELSEWHERE
	mv	a0, t0
	ret

	NO_EXECUTABLE_STACK
