/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. r26: target, r25: value, r24: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	stb	%r25, 0(%r26)
LABEL(sequence_store_next)
	stb	%r25, 0(%r24)
	bv	%r0(%rp)
	nop

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	BREAKPOINT
LABEL(sequence_trap_next)
	stb	%r25, 0(%r24)
	bv	%r0(%rp)
	nop

	NO_EXECUTABLE_STACK
