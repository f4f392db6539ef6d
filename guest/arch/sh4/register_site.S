/* SPDX-License-Identifier: MIT */
/*
 * register_site.h. Everything is stored relative to r15 before any register is used again; immediate numbers have
 * eight bits, so that larger ones are added in parts.
 */
#include "breakpoint.h"
#include "sites.h"

#define MACH 68
#define MACL_END 76
#define STACK_POINTER 140
#define CONDITIONS 144
#define CONTROL 152
#define VECTOR 160
#define IMAGE_SIZE 288

	.text

.macro LOAD_FLOATS from
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	fmov.s	@\from+, fr\n
	.endr
.endm

/* The last first: `end` is behind them. */
.macro STORE_FLOATS end
	.irp n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
	fmov.s	fr\n, @-\end
	.endr
.endm

.macro REGISTER_SITE name, instruction
	.text
FUNCTION(\name)			/* r4: load, r5: stored */
	.irp n, 8, 9, 10, 11, 12, 13, 14
	mov.l	r\n, @-r15
	.endr
	sts.l	pr, @-r15
	sts.l	fpscr, @-r15
	.irp n, 12, 13, 14, 15
	fmov.s	fr\n, @-r15
	.endr
	mov.l	r5, @-r15
	.rept 3
	add	#-(IMAGE_SIZE / 3), r15
	.endr

	mov	#0, r1
	lds	r1, fpscr
	mov	r4, r0
	add	#(VECTOR / 2), r0
	add	#(VECTOR / 2), r0
	LOAD_FLOATS r0
	frchg
	LOAD_FLOATS r0
	frchg
	mov	r4, r0
	add	#(CONTROL / 2), r0
	add	#(CONTROL / 2), r0
	lds.l	@r0+, fpscr
	lds.l	@r0+, fpul

	mov	r4, r0
	add	#(CONDITIONS / 2), r0
	add	#(CONDITIONS / 2), r0
	mov.l	@r0, r0
	clrs
	tst	#2, r0
	bt	1f
	sets
1:	mov	r0, r1
	shll16	r1
	shll2	r1
	shll2	r1
	shll2	r1
	mov	#0, r2
	div0s	r1, r2		/* M: bit 9 of the conditions, now the highest; Q: 0 */
	shlr	r0		/* T */

	mov	r4, r0
	add	#MACH, r0
	lds.l	@r0+, mach
	lds.l	@r0+, macl
	mov.l	2f, r0
	lds	r0, pr
	.irp n, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
	mov.l	@(4 * \n, r4), r\n
	.endr
	rts
	mov.l	@(4 * 4, r4), r4
	.balign	4
2:	.long	\name\()_instruction

	FRESH_TEXT
	.balign	4
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mov.l	r\n, @(4 * \n, r15)
	.endr
	movt	r1
	mov	r15, r2
	add	#MACL_END, r2
	sts.l	macl, @-r2
	sts.l	mach, @-r2
	sts.l	pr, @-r2
	mov	#(STACK_POINTER / 2), r0
	add	r0, r0
	mov.l	r15, @(r0, r15)

	/* M: one step of a division subtracts when it equals Q, and T tells what came of it. */
	mov	#0, r2
	mov	#1, r3
	clrt
	div1	r3, r2
	movt	r0
	shll8	r0
	shll	r0
	or	r0, r1
	/* S: one more than the largest sum is kept to that when it is set. */
	mov	r15, r4
	add	#(CONDITIONS / 2), r4
	add	#(CONDITIONS / 2), r4
	mov.l	r3, @r4
	mov	r4, r5
	mov	#-1, r3
	shlr	r3
	lds	r3, macl
	mov	#0, r3
	lds	r3, mach
	mac.w	@r4+, @r5+
	sts	macl, r0
	shll	r0
	movt	r0
	xor	#1, r0
	shll	r0
	or	r0, r1
	add	#-2, r4
	mov.l	r1, @r4
	clrs

	mov	#(CONTROL / 2), r0
	add	r0, r0
	sts	fpscr, r2
	mov.l	r2, @(r0, r15)
	add	#4, r0
	sts	fpul, r2
	mov.l	r2, @(r0, r15)
	mov	#0, r1
	lds	r1, fpscr
	mov	r15, r2
	.rept 3
	add	#(IMAGE_SIZE / 3), r2
	.endr
	mov.l	@r2, r4
	frchg
	STORE_FLOATS r2
	frchg
	STORE_FLOATS r2

	mov	r15, r5
	mov	#(IMAGE_SIZE / 4), r6
	shll2	r6
	mov.l	3f, r0
	jsr	@r0
	nop
	.rept 3
	add	#(IMAGE_SIZE / 3), r15
	.endr
	add	#4, r15
	.irp n, 15, 14, 13, 12
	fmov.s	@r15+, fr\n
	.endr
	lds.l	@r15+, fpscr
	lds.l	@r15+, pr
	.irp n, 14, 13, 12, 11, 10, 9, 8
	mov.l	@r15+, r\n
	.endr
	rts
	nop
	.balign	4
3:	.long	memcpy
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, BREAKPOINT

FUNCTION(vectors_clobber)
	/* Against the calling convention fr12-fr15 are not kept: the kernel has to. */
	sts	fpscr, r1
	mov	#0, r0
	lds	r0, fpscr
	mov	#-1, r0
	lds	r0, fpul
	.rept 2
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	fsts	fpul, fr\n
	.endr
	frchg
	.endr
	rts
	lds	r1, fpscr

	NO_EXECUTABLE_STACK
