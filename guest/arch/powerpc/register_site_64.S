/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to r1 before any register is used again. */
#include "sites.h"

#ifdef __powerpc64__

#define STACK_POINTER 384
#define CONDITIONS 392
#define CONTROL 400
#define VECTOR 408
#define IMAGE_SIZE 1432
/* A callee may save in the first 112 bytes; then the image, r14–r31, CR, the address to store to, vs14–vs31, vs52–vs63. */
#define IMAGE 112
#define SAVED IMAGE + IMAGE_SIZE
#define SAVED_CR SAVED + 8 * 18
#define POINTER SAVED_CR + 8
#define SAVED_VECTOR POINTER + 16
#define FRAME SAVED_VECTOR + 16 * 30

	.text

.macro GENERAL do, base, numbers:vararg
	.irp n, \numbers
	\do	\n, \base + 8 * \n(1)
	.endr
.endm

/* `do` for the vector registers of a list, one after the other from r11 on. */
.macro VECTORS do, numbers:vararg
	.irp n, \numbers
	\do	\n, 0, 11
	addi	11, 11, 16
	.endr
.endm

.macro KEPT do_general, do_vector
	GENERAL \do_general, SAVED - 8 * 14, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	addi	11, 1, SAVED_VECTOR
	VECTORS \do_vector, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	VECTORS \do_vector, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
.endm

.macro ALL_VECTORS do
	VECTORS \do, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	VECTORS \do, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* r3: load, r4: stored */
	mflr	0
	std	0, 16(1)
	stdu	1, -(FRAME)(1)
	KEPT	std, stxvd2x
	mfcr	0
	std	0, SAVED_CR(1)
	std	4, POINTER(1)
	lfd	0, CONTROL(3)
	mtfsf	0xff, 0
	addi	11, 3, VECTOR
	ALL_VECTORS lxvd2x
	ld	11, CONDITIONS(3)
	mtcrf	0xff, 11
	.irp n, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 3
	ld	\n, 8 * \n(3)
	.endr
	b	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	GENERAL std, IMAGE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	std	1, IMAGE + STACK_POINTER(1)
	mfcr	0
	std	0, IMAGE + CONDITIONS(1)
	addi	11, 1, IMAGE + VECTOR
	ALL_VECTORS stxvd2x
	mffs	0
	stfd	0, IMAGE + CONTROL(1)
	li	0, 0
	std	0, IMAGE - 8(1)
	lfd	0, IMAGE - 8(1)
	mtfsf	0xff, 0
	ld	3, POINTER(1)
	addi	4, 1, IMAGE
	li	5, IMAGE_SIZE
	bl	memcpy
	nop
	ld	0, SAVED_CR(1)
	mtcrf	0xff, 0
	KEPT	ld, lxvd2x
	addi	1, 1, FRAME
	ld	0, 16(1)
	mtlr	0
	blr
	.text
.endm

REGISTER_SITE site_registers_execute, nop
REGISTER_SITE site_registers_trap, trap

FUNCTION(vectors_clobber)
	/* Against the calling convention the saved ones are not kept: the kernel has to. */
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vspltisw \n, -1
	xxlxor	\n, \n, \n
	.endr
	mtfsf	0xff, 0
	blr
#endif

	NO_EXECUTABLE_STACK
