/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. rdi: target, sil: value, rdx: second. */
#include "sites.h"

	.text

FUNCTION(sequence_store)
LABEL(sequence_store_instruction)
	movb	%sil, (%rdi)
LABEL(sequence_store_next)
	movb	%sil, (%rdx)
	ret

FUNCTION(sequence_trap)
LABEL(sequence_trap_instruction)
	int3
LABEL(sequence_trap_next)
	movb	%sil, (%rdx)
	ret

	NO_EXECUTABLE_STACK
