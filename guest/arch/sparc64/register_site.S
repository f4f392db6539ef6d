/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to sp before any register is used again. */
#include "sites.h"
#include "words.h"

	.register %g2, #scratch
	.register %g3, #scratch
	.register %g6, #scratch

#define WINDOW 16 * WORD
#define STACK_POINTER 32 * WORD
#define CONDITIONS 33 * WORD
#define CONTROL 34 * WORD
#define VECTOR CONTROL + 8
#define IMAGE_SIZE VECTOR + 256
/* The stack's bias, the window's save area and arguments; then the image, the address to store to, g6, and a zero. */
#define AREA STACK_BIAS + SMALLEST_FRAME
#define POINTER AREA + IMAGE_SIZE
#define OLD_G6 POINTER + WORD
#define ZERO POINTER + 2 * WORD
#define FRAME (SMALLEST_FRAME + 560)

	.text

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* i0: load, i1: stored */
	save	%sp, -FRAME, %sp
	STORE_WORD %i1, [%sp + POINTER]
	STORE_WORD %g6, [%sp + OLD_G6]
	stx	%g0, [%sp + ZERO]
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62
	ldd	[%i0 + VECTOR + 4 * \n], %f\n
	.endr
	ldx	[%i0 + CONTROL], %fsr
	LOAD_WORD [%i0 + CONDITIONS], %l0
	wr	%l0, 0, %ccr
	.irp n, 1, 2, 3, 4, 5, 6
	LOAD_WORD [%i0 + WORD * \n], %g\n
	.endr
	.irp n, 0, 1, 2, 3, 4, 5, 7
	LOAD_WORD [%i0 + WORD * (8 + \n)], %o\n
	.endr
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	LOAD_WORD [%i0 + WINDOW + WORD * \n], %l\n
	.endr
	.irp n, 1, 2, 3, 4, 5, 0
	LOAD_WORD [%i0 + WINDOW + WORD * (8 + \n)], %i\n
	.endr
	ba	\name\()_instruction
	nop

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	STORE_WORD %g\n, [%sp + AREA + WORD * \n]
	STORE_WORD %o\n, [%sp + AREA + WORD * (8 + \n)]
	STORE_WORD %l\n, [%sp + AREA + WINDOW + WORD * \n]
	STORE_WORD %i\n, [%sp + AREA + WINDOW + WORD * (8 + \n)]
	.endr
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62
	std	%f\n, [%sp + AREA + VECTOR + 4 * \n]
	.endr
	stx	%fsr, [%sp + AREA + CONTROL]
	rd	%ccr, %l0
	STORE_WORD %l0, [%sp + AREA + CONDITIONS]
	STORE_WORD %sp, [%sp + AREA + STACK_POINTER]
	LOAD_WORD [%sp + OLD_G6], %g6
	ldx	[%sp + ZERO], %fsr
	LOAD_WORD [%sp + POINTER], %o0
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
