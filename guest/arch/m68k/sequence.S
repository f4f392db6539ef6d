/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h: target, value, second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
	move.l	4(%sp), %a0
	move.l	8(%sp), %d0
	move.l	12(%sp), %a1
LABEL(sequence_store_instruction)
	move.b	%d0, (%a0)
LABEL(sequence_store_next)
	move.b	%d0, (%a1)
	rts

FUNCTION(sequence_trap)
	move.l	8(%sp), %d0
	move.l	12(%sp), %a1
LABEL(sequence_trap_instruction)
	trap	#15
LABEL(sequence_trap_next)
	move.b	%d0, (%a1)
	rts

	NO_EXECUTABLE_STACK
