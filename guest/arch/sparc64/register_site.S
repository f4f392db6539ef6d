/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to sp before any register is used again. */
#include "sites.h"

	.register %g2, #scratch
	.register %g3, #scratch
	.register %g6, #scratch

#define WINDOW 128
#define STACK_POINTER 256
#define CONDITIONS 264
#define CONTROL 272
#define VECTOR 280
#define IMAGE_SIZE 536
/* The stack's bias, the window's save area and arguments; then the image and the address to store to. */
#define AREA 2047 + 176
#define POINTER AREA + 536
#define OLD_G6 AREA + 544
#define FRAME 736

	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* i0: load, i1: stored */
	save	%sp, -FRAME, %sp
	stx	%i1, [%sp + POINTER]
	stx	%g6, [%sp + OLD_G6]
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62
	ldd	[%i0 + VECTOR + 4 * \n], %f\n
	.endr
	ldx	[%i0 + CONTROL], %fsr
	ldx	[%i0 + CONDITIONS], %l0
	wr	%l0, 0, %ccr
	.irp n, 1, 2, 3, 4, 5, 6
	ldx	[%i0 + 8 * \n], %g\n
	.endr
	.irp n, 0, 1, 2, 3, 4, 5, 7
	ldx	[%i0 + 64 + 8 * \n], %o\n
	.endr
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	ldx	[%i0 + WINDOW + 8 * \n], %l\n
	.endr
	.irp n, 1, 2, 3, 4, 5, 0
	ldx	[%i0 + WINDOW + 64 + 8 * \n], %i\n
	.endr
	ba	\name\()_instruction
	nop

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	stx	%g\n, [%sp + AREA + 8 * \n]
	stx	%o\n, [%sp + AREA + 64 + 8 * \n]
	stx	%l\n, [%sp + AREA + WINDOW + 8 * \n]
	stx	%i\n, [%sp + AREA + WINDOW + 64 + 8 * \n]
	.endr
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62
	std	%f\n, [%sp + AREA + VECTOR + 4 * \n]
	.endr
	stx	%fsr, [%sp + AREA + CONTROL]
	rd	%ccr, %l0
	stx	%l0, [%sp + AREA + CONDITIONS]
	stx	%sp, [%sp + AREA + STACK_POINTER]
	ldx	[%sp + OLD_G6], %g6
	stx	%g0, [%sp + OLD_G6]
	ldx	[%sp + OLD_G6], %fsr
	ldx	[%sp + POINTER], %o0
	add	%sp, AREA, %o1
	call	memcpy
	mov	IMAGE_SIZE, %o2
	ret
	restore
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, "ta 1"

FUNCTION(vectors_clobber)
	sethi	%hi(other_values), %o0
	or	%o0, %lo(other_values), %o0
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62
	ldd	[%o0], %f\n
	.endr
	ldx	[%o0 + 8], %fsr
	retl
	nop

	.section .rodata
	.balign	8
other_values:
	.xword	-1, 0

	NO_EXECUTABLE_STACK
