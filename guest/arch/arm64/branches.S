/* SPDX-License-Identifier: MIT */
/* branches.h. The mask is in x9, the return address for `exit` in x10. */
#include "sites.h"

.macro BRANCHES name, first, second, third, fourth
	.text
FUNCTION(\name)
	mov	x9, #1
	mov	x10, x30
\name\()_call:
	bl	\name\()_call_target
\name\()_returned:
	\second
\name\()_returned_next:
	orr	x9, x9, #4
	cmp	x9, x9
\name\()_taken:
	b.eq	\name\()_taken_target
	orr	x9, x9, #128
\name\()_taken_target:
	\third
\name\()_taken_target_next:
	orr	x9, x9, #8
	cmp	x9, x9
\name\()_untaken:
	b.ne	\name\()_wrong
\name\()_fall_through:
	\fourth
\name\()_fall_through_next:
	orr	x9, x9, #16
\name\()_exit:
	mov	x0, x9
	mov	x30, x10
	ret
\name\()_wrong:
	orr	x9, x9, #128
	b	\name\()_exit
\name\()_call_target:
	\first
\name\()_call_target_next:
	orr	x9, x9, #2
\name\()_return:
	ret

	BRANCH_PLACES \name
.endm

BRANCHES site_branches_access, "ldrb w11, [x0]", "ldrb w11, [x1]", "ldrb w11, [x2]", "ldrb w11, [x3]"
BRANCHES site_branches_execute, nop, nop, nop, nop
BRANCHES site_branches_trap, "brk #0", "brk #0", "brk #0", "brk #0"

	NO_EXECUTABLE_STACK
