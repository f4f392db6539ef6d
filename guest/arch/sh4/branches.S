/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in r0, the return address for `exit` in r1. No instruction that can trigger is in a slot. */
#include "breakpoint.h"
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	mov	#1, r0
	sts	pr, r1
\name\()_call:
	bsr	\name\()_call_target
	nop
\name\()_returned:
	\second
\name\()_returned_next:
	or	#4, r0
	sett
\name\()_taken:
	bt	\name\()_taken_target
	or	#128, r0
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	or	#8, r0
	sett
\name\()_untaken:
	bf	\name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	or	#16, r0
\name\()_exit:
	lds	r1, pr
	rts
	nop
\name\()_wrong:
	bra	\name\()_exit
	or	#128, r0
\name\()_call_target:
	\first
\name\()_call_target_next:
	or	#2, r0
\name\()_return:
	rts
	nop

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "mov.b @r4, r2", "mov.b @r5, r2", "mov.b @r6, r2", "mov.b @r7, r2"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, BREAKPOINT, BREAKPOINT, BREAKPOINT, BREAKPOINT

	NO_EXECUTABLE_STACK
