/* SPDX-License-Identifier: MIT */
/* Sites in pages of their own (fresh_text in arch.h): each function jumps from here straight to its site. */
#include "sites.h"
#include "words.h"

	AS_WRITTEN

	FRESH_TEXT
	.balign	65536
LABEL(fresh_text)

	.text
FUNCTION(site_execute)
	li	$8, MASK_BEFORE
	j	site_execute_instruction
	nop

FUNCTION(site_increment)	/* $4: value */
	j	site_increment_instruction
	nop

	FRESH_TEXT
LABEL(site_execute_instruction)
	ori	$8, $8, MASK_EFFECT
LABEL(site_execute_next)
	ori	$8, $8, MASK_AFTER
	jr	$31
	move	$2, $8
LABEL(site_execute_elsewhere)
	ori	$8, $8, MASK_ELSEWHERE
	jr	$31
	move	$2, $8

LABEL(site_increment_instruction)
	ADD_IMMEDIATE	$2, $4, 1
LABEL(site_increment_next)
	jr	$31
	nop

	NO_EXECUTABLE_STACK
