/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in $8, the return address for `exit` in $10; every delay slot holds a nop. */
#include "sites.h"
#include "words.h"

	AS_WRITTEN

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	li	$8, 1
	move	$10, $31
\name\()_call:
	jal	\name\()_call_target
	nop
\name\()_returned:
	\second
\name\()_returned_next:
	ori	$8, $8, 4
\name\()_taken:
	beq	$8, $8, \name\()_taken_target
	nop
	ori	$8, $8, 128
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	ori	$8, $8, 8
\name\()_untaken:
	bne	$8, $8, \name\()_wrong
	nop
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	ori	$8, $8, 16
\name\()_exit:
	move	$2, $8
	jr	$10
	nop
\name\()_wrong:
	ori	$8, $8, 128
	b	\name\()_exit
	nop
\name\()_call_target:
	\first
\name\()_call_target_next:
	ori	$8, $8, 2
\name\()_return:
	jr	$31
	nop

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "lbu $9, 0($4)", "lbu $9, 0($5)", "lbu $9, 0($6)", "lbu $9, 0($7)"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, break, break, break, break

	NO_EXECUTABLE_STACK
