/* SPDX-License-Identifier: MIT */
/* The sequences of sequence.h. On the stack: target, value, second. */
#include "sites.h"

	.text

.macro ARGUMENTS
	movl	4(%esp), %ecx
	movl	8(%esp), %eax
	movl	12(%esp), %edx
.endm

FUNCTION(sequence_store)
	ARGUMENTS
LABEL(sequence_store_instruction)
	movb	%al, (%ecx)
LABEL(sequence_store_next)
	movb	%al, (%edx)
	ret

FUNCTION(sequence_trap)
	ARGUMENTS
LABEL(sequence_trap_instruction)
	int3
LABEL(sequence_trap_next)
	movb	%al, (%edx)
	ret

	NO_EXECUTABLE_STACK
