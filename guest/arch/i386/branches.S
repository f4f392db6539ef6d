/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in eax, the stack pointer for `exit` in edx, the address to access in ecx. */
#include "sites.h"

/* `prepare` N: brings the address of access N, the function's argument N, to ecx. edx + 4 is the first. */
.macro ADDRESS_OF n
	movl	4 * \n(%edx), %ecx
.endm
.macro NOTHING n
.endm

.macro BRANCHES name, prepare, instruction:vararg
	.text
FUNCTION(\name)
	movl	$1, %eax
	movl	%esp, %edx
	\prepare 1
\name\()_call:
	call	\name\()_call_target
\name\()_returned:
	\instruction
\name\()_returned_next:
	\prepare 3
	orl	$4, %eax
	cmpl	%eax, %eax
\name\()_taken:
	je	\name\()_taken_target
	orl	$128, %eax
\name\()_taken_target:
	\instruction
\name\()_taken_target_next:
	\prepare 4
	orl	$8, %eax
	cmpl	%eax, %eax
\name\()_untaken:
	jne	\name\()_wrong
\name\()_fall_through:
	\instruction
\name\()_fall_through_next:
	orl	$16, %eax
\name\()_exit:
	movl	%edx, %esp
	ret
\name\()_wrong:
	orl	$128, %eax
	jmp	\name\()_exit
\name\()_call_target:
	\instruction
\name\()_call_target_next:
	\prepare 2
	orl	$2, %eax
\name\()_return:
	ret

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, ADDRESS_OF, movb (%ecx), %ch
BRANCHES site_branches_execute, NOTHING, nop
BRANCHES site_branches_trap, NOTHING, int3

	NO_EXECUTABLE_STACK
