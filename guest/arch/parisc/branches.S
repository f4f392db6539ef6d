/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in r28, the return address for `exit` in r31; every delay slot holds a nop. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	ldi	1, %r28
	copy	%rp, %r31
\name\()_call:
	b,l	\name\()_call_target, %rp
	nop
\name\()_returned:
	\second
\name\()_returned_next:
	depi	1, 29, 1, %r28
\name\()_taken:
	comb,=	%r0, %r0, \name\()_taken_target
	nop
	depi	1, 24, 1, %r28
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	depi	1, 28, 1, %r28
\name\()_untaken:
	comb,<>	%r0, %r0, \name\()_wrong
	nop
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	depi	1, 27, 1, %r28
\name\()_exit:
	bv	%r0(%r31)
	nop
\name\()_wrong:
	depi	1, 24, 1, %r28
	b	\name\()_exit
	nop
\name\()_call_target:
	\first
\name\()_call_target_next:
	depi	1, 30, 1, %r28
\name\()_return:
	bv	%r0(%rp)
	nop

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "ldb 0(%r26), %r22", "ldb 0(%r25), %r22", "ldb 0(%r24), %r22", "ldb 0(%r23), %r22"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, "break 4, 8", "break 4, 8", "break 4, 8", "break 4, 8"

	NO_EXECUTABLE_STACK
