/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. x0: target, w1: value, x2: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	strb	w1, [x0]
LABEL(sequence_store_next)
	strb	w1, [x2]
	ret

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	brk	#0
LABEL(sequence_trap_next)
	strb	w1, [x2]
	ret

	NO_EXECUTABLE_STACK
