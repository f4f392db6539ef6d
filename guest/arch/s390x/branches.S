/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in r1, the return address for `exit` in r0. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	lghi	%r1, 1
	lgr	%r0, %r14
\name\()_call:
	brasl	%r14, \name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	oill	%r1, 4
\name\()_taken:
	cgrje	%r1, %r1, \name\()_taken_target
	oill	%r1, 128
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	oill	%r1, 8
\name\()_untaken:
	cgrjne	%r1, %r1, \name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	oill	%r1, 16
\name\()_exit:
	lgr	%r14, %r0
	lgr	%r2, %r1
	br	%r14
\name\()_wrong:
	oill	%r1, 128
	j	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	oill	%r1, 2
\name\()_return:
	br	%r14

	BRANCH_PLACES \name
.endm

/* Comparing with a byte in memory reads it, and needs no register. */
BRANCHES site_branches_access, "cli 0(%r2), 0", "cli 0(%r3), 0", "cli 0(%r4), 0", "cli 0(%r5), 0"
BRANCHES site_branches_execute, "nopr %r7", "nopr %r7", "nopr %r7", "nopr %r7"
BRANCHES site_branches_trap, ".short 1", ".short 1", ".short 1", ".short 1"

	NO_EXECUTABLE_STACK
