/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. r3: target, r4: value, r5: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	stb	4, 0(3)
LABEL(sequence_store_next)
	stb	4, 0(5)
	blr

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	trap
LABEL(sequence_trap_next)
	stb	4, 0(5)
	blr

	NO_EXECUTABLE_STACK
