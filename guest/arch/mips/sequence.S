/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. $4: target, $5: value, $6: second. */
#include "sites.h"
#include "words.h"

	AS_WRITTEN
	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	sb	$5, 0($4)
LABEL(sequence_store_next)
	sb	$5, 0($6)
	jr	$31
	nop

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	break
LABEL(sequence_trap_next)
	sb	$5, 0($6)
	jr	$31
	nop

	NO_EXECUTABLE_STACK
