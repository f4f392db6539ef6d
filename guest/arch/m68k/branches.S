/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in d0, the stack pointer for `exit` in a1, the address to access in a0. */
#include "sites.h"

/* `prepare` N: brings the address of access N, the function's argument N, to a0. a1 + 4 is the first. */
.macro ADDRESS_OF n
	move.l	4 * \n(%a1), %a0
.endm
.macro NOTHING n
.endm

.macro BRANCHES name, prepare, instruction
	.text
FUNCTION(\name)
	moveq	#1, %d0
	move.l	%sp, %a1
	\prepare 1
\name\()_call:
	jsr	\name\()_call_target
\name\()_returned:
	\instruction
\name\()_returned_next:
	\prepare 3
	or.l	#4, %d0
	cmp.l	%d0, %d0
\name\()_taken:
	jeq	\name\()_taken_target
	or.l	#128, %d0
\name\()_taken_target:
	\instruction
\name\()_taken_target_next:
	\prepare 4
	or.l	#8, %d0
	cmp.l	%d0, %d0
\name\()_untaken:
	jne	\name\()_wrong
\name\()_fall_through:
	\instruction
\name\()_fall_through_next:
	or.l	#16, %d0
\name\()_exit:
	move.l	%a1, %sp
	rts
\name\()_wrong:
	or.l	#128, %d0
	jra	\name\()_exit
\name\()_call_target:
	\instruction
\name\()_call_target_next:
	\prepare 2
	or.l	#2, %d0
\name\()_return:
	rts

	BRANCH_PLACES \name
.endm

/* Testing a byte in memory reads it, and needs no register. */
BRANCHES site_branches_access, ADDRESS_OF, "tst.b (%a0)"
BRANCHES site_branches_execute, NOTHING, "nop"
BRANCHES site_branches_trap, NOTHING, "trap #15"

	NO_EXECUTABLE_STACK
