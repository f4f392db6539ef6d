/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in r1 and handed back in r0. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* r16: target, r17: value */
	lda	$1, MASK_BEFORE($31)
LABEL(site_store_instruction)
	stb	$17, 0($16)
LABEL(site_store_next)
	bis	$1, MASK_AFTER, $1
	mov	$1, $0
	ret
LABEL(site_store_elsewhere)
	bis	$1, MASK_ELSEWHERE, $1
	mov	$1, $0
	ret

FUNCTION(site_load)		/* r16: target, r17: result */
	lda	$1, MASK_BEFORE($31)
	clr	$2
LABEL(site_load_instruction)
	ldbu	$2, 0($16)
LABEL(site_load_next)
	bis	$1, MASK_AFTER, $1
	stq	$2, 0($17)
	mov	$1, $0
	ret
LABEL(site_load_elsewhere)
	bis	$1, MASK_ELSEWHERE, $1
	stq	$2, 0($17)
	mov	$1, $0
	ret

FUNCTION(site_trap)
	lda	$1, MASK_BEFORE($31)
LABEL(site_trap_instruction)
	call_pal 0x80
LABEL(site_trap_next)
	bis	$1, MASK_AFTER, $1
	mov	$1, $0
	ret
LABEL(site_trap_elsewhere)
	bis	$1, MASK_ELSEWHERE, $1
	mov	$1, $0
	ret

	NO_EXECUTABLE_STACK
