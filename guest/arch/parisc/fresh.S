/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function branches from before them straight to its site. */
#include "fresh.h"
#include "mask.h"
#include "sites.h"

	BEFORE_FRESH_TEXT
FUNCTION(site_execute)
	b	site_execute_instruction
	ldi	MASK_BEFORE, %r28

FUNCTION(site_increment)	/* r26: value */
	b	site_increment_instruction
	nop

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)
LABEL(site_execute_instruction)
	SET(EFFECT_BIT)
LABEL(site_execute_next)
	SET(AFTER_BIT)
	bv	%r0(%rp)
	nop
LABEL(site_execute_elsewhere)
	SET(ELSEWHERE_BIT)
	bv	%r0(%rp)
	nop

LABEL(site_increment_instruction)
	ldo	1(%r26), %r28
LABEL(site_increment_next)
	bv	%r0(%rp)
	nop

	NO_EXECUTABLE_STACK
