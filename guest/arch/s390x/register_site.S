/* SPDX-License-Identifier: MIT */
/* register_site.h. Everything is stored relative to r15 before any register is used again; none of it sets the condition code. */
#include "sites.h"

#define STACK_POINTER 256
#define CONDITIONS 264
#define CONTROL 272
#define VECTOR 280
#define IMAGE_SIZE 792
/* A callee may save its registers in the first 160 bytes; then the image, r6–r14, f8–f15, and the address to store to. */
#define IMAGE 160
#define SAVED IMAGE + IMAGE_SIZE
#define SAVED_FLOAT SAVED + 8 * 9
#define POINTER SAVED_FLOAT + 8 * 8
#define FRAME 1104

	.text

.macro KEPT_FLOAT do
	.irp n, 8, 9, 10, 11, 12, 13, 14, 15
	\do	%f\n, SAVED_FLOAT + 8 * (\n - 8)(%r15)
	.endr
.endm

.macro REGISTER_SITE name, instruction
FUNCTION(\name)			/* r2: load, r3: stored */
	aghi	%r15, -FRAME
	stmg	%r6, %r14, SAVED(%r15)
	KEPT_FLOAT std
	stg	%r3, POINTER(%r15)
	/* The control has 32 bits: the lower half of its word. */
	lfpc	CONTROL + 4(%r2)
	lg	%r1, CONDITIONS(%r2)
	sllg	%r1, %r1, 28
	spm	%r1
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vl	%v\n, VECTOR + 16 * \n(%r2)
	.endr
	lmg	%r3, %r14, 8 * 3(%r2)
	lmg	%r0, %r2, 0(%r2)
	jg	\name\()_instruction

	FRESH_TEXT
LABEL(\name\()_instruction)
	\instruction
LABEL(\name\()_next)
	stmg	%r0, %r15, IMAGE(%r15)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vst	%v\n, IMAGE + VECTOR + 16 * \n(%r15)
	.endr
	stg	%r15, IMAGE + STACK_POINTER(%r15)
	lghi	%r0, 0
	stg	%r0, IMAGE + CONTROL(%r15)
	stfpc	IMAGE + CONTROL + 4(%r15)
	ipm	%r0
	srlg	%r0, %r0, 28
	stg	%r0, IMAGE + CONDITIONS(%r15)
	lghi	%r0, 0
	sfpc	%r0
	lg	%r2, POINTER(%r15)
	la	%r3, IMAGE(%r15)
	lghi	%r4, IMAGE_SIZE
	brasl	%r14, memcpy
	lmg	%r6, %r14, SAVED(%r15)
	KEPT_FLOAT ld
	aghi	%r15, FRAME
	br	%r14
	.text
.endm

REGISTER_SITE site_registers_execute, "nopr %r7"
REGISTER_SITE site_registers_trap, ".short 0x0001"

FUNCTION(vectors_clobber)
	/* Against the calling convention f8–f15 are not saved: the kernel has to. */
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vone	%v\n
	.endr
	lghi	%r0, 0
	sfpc	%r0
	br	%r14

	NO_EXECUTABLE_STACK
