/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in eax, the stack pointer for `exit` in r8. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	movl	$1, %eax
	movq	%rsp, %r8
\name\()_call:
	call	\name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	orl	$4, %eax
	cmpl	%eax, %eax
\name\()_taken:
	je	\name\()_taken_target
	orl	$128, %eax
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	orl	$8, %eax
	cmpl	%eax, %eax
\name\()_untaken:
	jne	\name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	orl	$16, %eax
\name\()_exit:
	movq	%r8, %rsp
	ret
\name\()_wrong:
	orl	$128, %eax
	jmp	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	orl	$2, %eax
\name\()_return:
	ret

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "movb (%rdi), %r9b", "movb (%rsi), %r9b", "movb (%rdx), %r9b", "movb (%rcx), %r9b"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, int3, int3, int3, int3

	NO_EXECUTABLE_STACK
