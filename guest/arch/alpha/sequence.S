/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. r16: target, r17: value, r18: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	stb	$17, 0($16)
LABEL(sequence_store_next)
	stb	$17, 0($18)
	ret

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	call_pal 0x80
LABEL(sequence_trap_next)
	stb	$17, 0($18)
	ret

	NO_EXECUTABLE_STACK
