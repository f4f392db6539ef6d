/* SPDX-License-Identifier: MIT */
/* The sites of arch.h; site_execute is in fresh.S. Arguments are on the stack; the mask is kept in eax. */
#include "sites.h"

	.text

FUNCTION(site_store)		/* target, value */
	movl	4(%esp), %ecx
	movl	8(%esp), %edx
	movl	$MASK_BEFORE, %eax
LABEL(site_store_instruction)
	movb	%dl, (%ecx)
LABEL(site_store_next)
	orl	$MASK_AFTER, %eax
	ret
LABEL(site_store_elsewhere)
	orl	$MASK_ELSEWHERE, %eax
	ret

FUNCTION(site_load)		/* target, result */
	movl	4(%esp), %ecx
	movl	$MASK_BEFORE, %eax
	xorl	%edx, %edx
LABEL(site_load_instruction)
	movb	(%ecx), %dl
LABEL(site_load_next)
	orl	$MASK_AFTER, %eax
	jmp	1f
LABEL(site_load_elsewhere)
	orl	$MASK_ELSEWHERE, %eax
1:
	movl	8(%esp), %ecx
	movl	%edx, (%ecx)
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
