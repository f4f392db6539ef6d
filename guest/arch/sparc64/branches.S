/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in o5, the return address for `exit` in g1; every delay slot holds a nop. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	mov	1, %o5
	mov	%o7, %g1
\name\()_call:
	call	\name\()_call_target
	nop
\name\()_returned:
	\second
\name\()_returned_next:
	or	%o5, 4, %o5
	cmp	%o5, %o5
\name\()_taken:
	be	\name\()_taken_target
	nop
	or	%o5, 128, %o5
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	or	%o5, 8, %o5
	cmp	%o5, %o5
\name\()_untaken:
	bne	\name\()_wrong
	nop
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	or	%o5, 16, %o5
\name\()_exit:
	mov	%o5, %o0
	jmp	%g1 + 8
	nop
\name\()_wrong:
	or	%o5, 128, %o5
	ba	\name\()_exit
	nop
\name\()_call_target:
	\first
\name\()_call_target_next:
	or	%o5, 2, %o5
\name\()_return:
	retl
	nop

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "ldub [%o0], %g4", "ldub [%o1], %g4", "ldub [%o2], %g4", "ldub [%o3], %g4"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, "ta 1", "ta 1", "ta 1", "ta 1"

	NO_EXECUTABLE_STACK
