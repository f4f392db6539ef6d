/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. r0: target, r1: value, r2: second. */
#include "sites.h"

	.syntax	unified
	.arm
	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	strb	r1, [r0]
LABEL(sequence_store_next)
	strb	r1, [r2]
	bx	lr

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	udf	#16
LABEL(sequence_trap_next)
	strb	r1, [r2]
	bx	lr

	NO_EXECUTABLE_STACK
