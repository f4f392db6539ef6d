/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in r9, the return address for `exit` in r10. */
#include "sites.h"
#include "words.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	li	9, 1
	mflr	10
\name\()_call:
	bl	\name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	ori	9, 9, 4
	COMPARE_WORDS	9, 9
\name\()_taken:
	beq	\name\()_taken_target
	ori	9, 9, 128
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	ori	9, 9, 8
	COMPARE_WORDS	9, 9
\name\()_untaken:
	bne	\name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	ori	9, 9, 16
\name\()_exit:
	mtlr	10
	mr	3, 9
	blr
\name\()_wrong:
	ori	9, 9, 128
	b	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	ori	9, 9, 2
\name\()_return:
	blr

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "lbz 7, 0(3)", "lbz 7, 0(4)", "lbz 7, 0(5)", "lbz 7, 0(6)"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, trap, trap, trap, trap

	NO_EXECUTABLE_STACK
