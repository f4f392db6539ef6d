/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. o0: target, o1: value, o2: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	stb	%o1, [%o0]
LABEL(sequence_store_next)
	stb	%o1, [%o2]
	retl
	nop

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	ta	1
LABEL(sequence_trap_next)
	stb	%o1, [%o2]
	retl
	nop

	NO_EXECUTABLE_STACK
