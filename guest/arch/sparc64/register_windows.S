/* SPDX-License-Identifier: MIT */
#include "register_windows.h"
#include "sites.h"
#include "words.h"

#define VALUES (2 * WORD * WINDOW_REGISTERS)

	.text

	.macro	note	base
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	STORE_WORD %l\n, [%o5 + \base + WORD * \n]
	STORE_WORD %i\n, [%o5 + \base + WORD * (8 + \n)]
	.endr
	.endm

	/* i0: level, i1: target, i2: values, i3: pattern; i4 and i5 are free for the pattern. */
	.macro	chain	name, trigger
FUNCTION(\name)
	save	%sp, -SMALLEST_FRAME, %sp
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	add	%i3, 1 + \n, %l\n
	.endr
	add	%i3, 9, %i4
	add	%i3, 10, %i5
	mulx	%i0, VALUES, %o5
	add	%i2, %o5, %o5
	note	0
	cmp	%i0, 0
	be,pn	CONDITION_CODES, 1f
	sub	%i0, 1, %o0
	mov	%i1, %o1
	mov	%i2, %o2
	call	\name
	add	%i3, 16, %o3
	ba,a,pt	CONDITION_CODES, 2f
1:	mov	%i1, %o1
LABEL(\name\()_site)
	\trigger
2:	mulx	%i0, VALUES, %o5
	add	%i2, %o5, %o5
	note	WORD * WINDOW_REGISTERS
	ret
	restore
	.endm

	chain	window_chain_store, "stb %g0, [%o1]"
	chain	window_chain_execute, "or %o1, 0, %o1"
	chain	window_chain_trap, "ta 1"

FUNCTION(window_spill)		/* i0: levels, i1: junk */
	save	%sp, -SMALLEST_FRAME, %sp
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	add	%i1, \n, %l\n
	.endr
	clr	%o0
	cmp	%i0, 0
	be,pn	CONDITION_CODES, 1f
	sub	%i0, 1, %o0
	call	window_spill
	add	%i1, 8, %o1
	ba,pt	CONDITION_CODES, 2f
	add	%o0, 1, %i0
1:	flushw
	mov	1, %i0
2:	ret
	restore

	NO_EXECUTABLE_STACK
