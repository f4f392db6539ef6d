/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in r12; the return address for `exit` is on the stack, since a call leaves its own in lr. */
#include "sites.h"

	.syntax	unified
	.arm

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	mov	r12, #1
	push	{r4, lr}
\name\()_call:
	bl	\name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	orr	r12, r12, #4
	cmp	r12, r12
\name\()_taken:
	beq	\name\()_taken_target
	orr	r12, r12, #128
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	orr	r12, r12, #8
	cmp	r12, r12
\name\()_untaken:
	bne	\name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	orr	r12, r12, #16
\name\()_exit:
	mov	r0, r12
	pop	{r4, pc}
\name\()_wrong:
	orr	r12, r12, #128
	b	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	orr	r12, r12, #2
\name\()_return:
	bx	lr

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "ldrb r0, [r0]", "ldrb r1, [r1]", "ldrb r2, [r2]", "ldrb r3, [r3]"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, "udf #16", "udf #16", "udf #16", "udf #16"

	NO_EXECUTABLE_STACK
