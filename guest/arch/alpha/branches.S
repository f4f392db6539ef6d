/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in r1, the return address for `exit` in r2. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	lda	$1, 1($31)
	mov	$26, $2
\name\()_call:
	bsr	$26, \name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	bis	$1, 4, $1
\name\()_taken:
	bne	$1, \name\()_taken_target
	bis	$1, 128, $1
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	bis	$1, 8, $1
\name\()_untaken:
	beq	$1, \name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	bis	$1, 16, $1
\name\()_exit:
	mov	$1, $0
	mov	$2, $26		/* the caller reckons its global pointer from it */
	ret
\name\()_wrong:
	bis	$1, 128, $1
	br	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	bis	$1, 2, $1
\name\()_return:
	ret

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "ldbu $3, 0($16)", "ldbu $3, 0($17)", "ldbu $3, 0($18)", "ldbu $3, 0($19)"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, "call_pal 0x80", "call_pal 0x80", "call_pal 0x80", "call_pal 0x80"

	NO_EXECUTABLE_STACK
