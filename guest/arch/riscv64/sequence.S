/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. a0: target, a1: value, a2: second. */
#include "sites.h"

	.option	norvc
	.option	norelax
	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	sb	a1, (a0)
LABEL(sequence_store_next)
	sb	a1, (a2)
	ret

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	ebreak
LABEL(sequence_trap_next)
	sb	a1, (a2)
	ret

	NO_EXECUTABLE_STACK
