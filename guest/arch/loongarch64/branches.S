/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in t0, the return address for `exit` in t1. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	li.w	$t0, 1
	move	$t1, $ra
\name\()_call:
	bl	\name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	ori	$t0, $t0, 4
\name\()_taken:
	bnez	$t0, \name\()_taken_target
	ori	$t0, $t0, 128
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	ori	$t0, $t0, 8
\name\()_untaken:
	beqz	$t0, \name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	ori	$t0, $t0, 16
\name\()_exit:
	move	$a0, $t0
	jr	$t1
\name\()_wrong:
	ori	$t0, $t0, 128
	b	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	ori	$t0, $t0, 2
\name\()_return:
	ret

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "ld.bu $t2, $a0, 0", "ld.bu $t2, $a1, 0", "ld.bu $t2, $a2, 0", "ld.bu $t2, $a3, 0"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, "break 0", "break 0", "break 0", "break 0"

	NO_EXECUTABLE_STACK
