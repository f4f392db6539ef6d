/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. The mask is kept in eax. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* rdi: target, rsi: value */
	movl	$MASK_BEFORE, %eax
LABEL(site_store_instruction)
	movb	%sil, (%rdi)
LABEL(site_store_next)
	orl	$MASK_AFTER, %eax
	ret
LABEL(site_store_elsewhere)
	orl	$MASK_ELSEWHERE, %eax
	ret

FUNCTION(site_load)		/* rdi: target, rsi: result */
	movl	$MASK_BEFORE, %eax
	xorl	%edx, %edx
LABEL(site_load_instruction)
	movb	(%rdi), %dl
LABEL(site_load_next)
	orl	$MASK_AFTER, %eax
	movq	%rdx, (%rsi)
	ret
LABEL(site_load_elsewhere)
	orl	$MASK_ELSEWHERE, %eax
	movq	%rdx, (%rsi)
	ret

FUNCTION(site_trap)
	movl	$MASK_BEFORE, %eax
LABEL(site_trap_instruction)
	int3
LABEL(site_trap_next)
	orl	$MASK_AFTER, %eax
	ret
LABEL(site_trap_elsewhere)
	orl	$MASK_ELSEWHERE, %eax
	ret

	NO_EXECUTABLE_STACK
