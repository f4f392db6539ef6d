/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to r1 before any register is used again. */
#include "sites.h"

#ifndef __powerpc64__

#define STACK_POINTER 192
#define CONDITIONS 196
#define CONTROL 200
#define VECTOR 208
#define IMAGE_SIZE 464
/* A callee may save in the first 16 bytes; then the image, r14–r31, f14–f31, CR and the address to store to. */
#define IMAGE 16
#define SAVED IMAGE + IMAGE_SIZE
#define SAVED_FLOAT SAVED + 4 * 18
#define SAVED_CR SAVED_FLOAT + 8 * 18
#define POINTER SAVED_CR + 4
#define FRAME 704

	.text

.macro EACH do, base, size, numbers:vararg
	.irp n, \numbers
	\do	\n, \base + \size * \n(1)
	.endr
.endm

.macro KEPT do_general, do_float
	EACH \do_general, SAVED - 4 * 14, 4, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	EACH \do_float, SAVED_FLOAT - 8 * 14, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* r3: load, r4: stored */
	mflr	0
	stw	0, 4(1)
	stwu	1, -FRAME(1)
	KEPT	stw, stfd
	mfcr	0
	stw	0, SAVED_CR(1)
	stw	4, POINTER(1)
	lfd	0, CONTROL(3)
	mtfsf	0xff, 0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	lfd	\n, VECTOR + 8 * \n(3)
	.endr
	lwz	11, CONDITIONS(3)
	mtcrf	0xff, 11
	.irp n, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 3
	lwz	\n, 4 * \n(3)
	.endr
	b	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	EACH stw, IMAGE, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	EACH stfd, IMAGE + VECTOR, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	stw	1, IMAGE + STACK_POINTER(1)
	mfcr	0
	stw	0, IMAGE + CONDITIONS(1)
	mffs	0
	stfd	0, IMAGE + CONTROL(1)
	/* The upper half of what mffs gives is not defined. */
	li	0, 0
	stw	0, IMAGE + CONTROL(1)
	stw	0, 8(1)
	stw	0, 12(1)
	lfd	0, 8(1)
	mtfsf	0xff, 0
	lwz	3, POINTER(1)
	addi	4, 1, IMAGE
	li	5, IMAGE_SIZE
	bl	memcpy
	lwz	0, SAVED_CR(1)
	mtcrf	0xff, 0
	KEPT	lwz, lfd
	addi	1, 1, FRAME
	lwz	0, 4(1)
	mtlr	0
	blr
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, trap

FUNCTION(vectors_clobber)
	/* Against the calling convention the saved ones are not kept: the kernel has to. */
	stwu	1, -32(1)
	li	0, 0
	stw	0, 8(1)
	stw	0, 12(1)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	lfd	\n, 8(1)
	.endr
	mtfsf	0xff, 0
	addi	1, 1, 32
	blr
#endif

	NO_EXECUTABLE_STACK
