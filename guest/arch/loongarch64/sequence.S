/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. a0: target, a1: value, a2: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	st.b	$a1, $a0, 0
LABEL(sequence_store_next)
	st.b	$a1, $a2, 0
	ret

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	break	0
LABEL(sequence_trap_next)
	st.b	$a1, $a2, 0
	ret

	NO_EXECUTABLE_STACK
