/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. r4: target, r5: value, r6: second. */
#include "breakpoint.h"
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	mov.b	r5, @r4
LABEL(sequence_store_next)
	mov.b	r5, @r6
	rts
	nop

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	BREAKPOINT
LABEL(sequence_trap_next)
	mov.b	r5, @r6
	rts
	nop

	NO_EXECUTABLE_STACK
