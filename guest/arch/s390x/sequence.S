/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. r2: target, r3: value, r4: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	stc	%r3, 0(%r2)
LABEL(sequence_store_next)
	stc	%r3, 0(%r4)
	br	%r14

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	.short	0x0001
LABEL(sequence_trap_next)
	stc	%r3, 0(%r4)
	br	%r14

	NO_EXECUTABLE_STACK
