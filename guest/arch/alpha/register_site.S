/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to the stack pointer before any register is used again. */
#include "sites.h"

#define STACK_POINTER 384
#define CONDITIONS 392
#define CONTROL 400
#define VECTOR 408
#define IMAGE_SIZE 656
/* The image, then what a function has to keep: r26, r9–r15, FPCR, f2–f9; the global pointer, and the address to store to. */
#define SAVED 656
#define SAVED_CONTROL SAVED + 8 * 8
#define SAVED_FLOAT SAVED_CONTROL + 8
#define GLOBALS SAVED_FLOAT + 8 * 8
#define POINTER GLOBALS + 8
#define FRAME 816

	.set	noat
	.text

.macro KEPT do_general, do_float
	\do_general	$26, SAVED($30)
	.irp n, 9, 10, 11, 12, 13, 14, 15
	\do_general	$\n, SAVED + 8 * (\n - 8)($30)
	.endr
	.irp n, 2, 3, 4, 5, 6, 7, 8, 9
	\do_float	$f\n, SAVED_FLOAT + 8 * (\n - 2)($30)
	.endr
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* r16: load, r17: stored */
	ldgp	$29, 0($27)
	lda	$30, -FRAME($30)
	KEPT	stq, stt
	excb
	mf_fpcr	$f0
	stt	$f0, SAVED_CONTROL($30)
	stq	$29, GLOBALS($30)
	stq	$17, POINTER($30)
	ldt	$f0, CONTROL($16)
	mt_fpcr	$f0
	excb
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	ldt	$f\n, VECTOR + 8 * \n($16)
	.endr
	/* r16 last. */
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 16
	ldq	$\n, 8 * \n($16)
	.endr
	br	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	stq	$\n, 8 * \n($30)
	stt	$f\n, VECTOR + 8 * \n($30)
	.endr
	stq	$31, 8 * 31($30)
	stq	$30, STACK_POINTER($30)
	stq	$31, CONDITIONS($30)
	excb
	mf_fpcr	$f0
	stt	$f0, CONTROL($30)
	ldt	$f0, SAVED_CONTROL($30)
	mt_fpcr	$f0
	excb
	ldq	$29, GLOBALS($30)
	ldq	$16, POINTER($30)
	mov	$30, $17
	lda	$18, IMAGE_SIZE($31)
	jsr	$26, memcpy
	KEPT	ldq, ldt
	lda	$30, FRAME($30)
	ret
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, "call_pal 0x80"

FUNCTION(vectors_clobber)
	/* Against the calling convention f2–f9 are not saved: the kernel has to. Rounding to nearest, no exceptions. */
	lda	$1, 0x0800($31)
	sll	$1, 48, $1
	itoft	$1, $f0
	excb
	mt_fpcr	$f0
	excb
	ornot	$31, $31, $1
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	itoft	$1, $f\n
	.endr
	ret

	NO_EXECUTABLE_STACK
